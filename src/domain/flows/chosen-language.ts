import type { Flow } from './compile-flow.ts';
import type { SessionResponse } from './flow-session.ts';
import { ownValue } from './own-value.ts';

/** The language that was chosen before: the newest answer to a step that offers languages; null where there is none. */
export function chosenLanguage(
  flow: Flow,
  responses: Readonly<Record<string, SessionResponse>>,
): string | null {
  const chosen = flow.definition.steps.flatMap((step) =>
    step.type === 'language' ? (ownValue(responses, step.id) ?? []) : [],
  );
  return chosen.toSorted((one, other) => other.at - one.at)[0]?.value ?? null;
}
