import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { spokenLanguages } from '../domain/flows/collect-spoken-parts.ts';
import { namedPrompts } from '../domain/flows/named-prompts.ts';
import type { PromptName } from '../domain/prompts/library.ts';
import type { Clock } from '../lib/clock.ts';
import { promptKey, type PromptLibrary } from './prompt-library.ts';

export interface MissingPromptDependencies {
  library: Pick<PromptLibrary, 'find'>;
  clock: Clock;
}

/** Prompts that the flow speaks and that are not in the library, as it is now, in a language that the call begins in or may come to. */
export async function missingPrompts(
  { library, clock }: MissingPromptDependencies,
  flow: FlowDefinition,
  language: string,
): Promise<PromptName[]> {
  const named = namedPrompts(flow);
  if (named.length === 0) return [];
  const wanted = spokenLanguages(flow, language).flatMap((spoken) =>
    named.map((id) => ({ id, language: spoken, isNeeded: true })),
  );
  const found = await library.find(wanted, { acceptedAt: clock.now(), beganAt: null });
  return wanted.filter((prompt) => !found.has(promptKey(prompt)));
}
