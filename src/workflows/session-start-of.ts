import type { Call } from '../domain/calls/call.ts';
import type { SessionStart } from '../domain/flows/create-session.ts';

/** Where and with what a new talk begins: at the flow's start, or where the last attempt was broken off, after a word of welcome back. */
export function sessionStartOf(call: Call): SessionStart {
  const resumed = call.progress?.resumeAt ?? null;
  const responses = call.responses.map(
    ({ question, value, key, givenOn, at, correct }) =>
      [question, { value, key, givenOn, at, correct }] as const,
  );
  return {
    language: call.language,
    variables: { ...call.variables, ...call.progress?.variables },
    responses: Object.fromEntries(responses),
    startAt: call.startAt,
    resumeAt: resumed,
    welcomeBack: resumed !== null,
  };
}
