import type { Call, CallPerson, CallResponse } from '../domain/calls/call.ts';
import type { SessionStart } from '../domain/flows/create-session.ts';
import type { SessionPerson, SessionResponse } from '../domain/flows/flow-session.ts';

/** Where and with what a new talk begins: at the flow's start, or where the last attempt was broken off, after a word of welcome back. */
export function sessionStartOf(call: Call, policy: { announceRecordings: boolean }): SessionStart {
  const resumed = call.progress?.resumeAt ?? null;
  return {
    language: call.language,
    variables: { ...call.variables, ...call.progress?.variables },
    responses: responsesOf(call, null),
    heardMs: { ...call.progress?.heardMs },
    startAt: call.startAt,
    resumeAt: resumed,
    people: call.people.map((person) => personOf(call, person)),
    welcomeBack: resumed !== null,
    announceRecording: call.record && policy.announceRecordings,
  };
}

function personOf(call: Call, { id, name }: CallPerson): SessionPerson {
  const progress = call.progress?.people?.find((person) => person.id === id);
  return {
    id,
    name,
    responses: responsesOf(call, id),
    variables: { ...progress?.variables },
    resumeAt: progress?.resumeAt ?? null,
    completed: progress?.completed ?? false,
    score: progress?.score ?? null,
  };
}

/** Of one of the people on the phone, or (null) what is nobody's in particular. */
function responsesOf(call: Call, person: string | null): Record<string, SessionResponse> {
  const responses = call.responses.filter((response) => response.person === person);
  return Object.fromEntries(responses.map((response) => [response.question, sessionResponseOf(response)]));
}

function sessionResponseOf({ value, key, givenOn, at, correct, consent }: CallResponse): SessionResponse {
  return { value, key, givenOn, at, correct, ...(consent ? { askedIn: consent.language } : {}) };
}
