import type { FlowDefinition } from './flow-definition.ts';
import type { SessionResponse } from './flow-session.ts';
import { isCorrect } from './is-correct.ts';

/** What was answered before a talk that begins at 0, as its session has it. */
export function responsesOnRequest(
  definition: FlowDefinition,
  responses: Readonly<Record<string, string>>,
): Record<string, SessionResponse> {
  const given = Object.entries(responses).map(([question, value]): [string, SessionResponse] => [
    question,
    { value, key: null, givenOn: 'request', at: 0, correct: isCorrect(definition, { question, value }) },
  ]);
  return Object.fromEntries(given);
}
