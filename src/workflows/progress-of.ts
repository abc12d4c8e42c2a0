import type { CallProgress, PersonProgress } from '../domain/calls/call.ts';
import { heardPercent, summarise } from '../domain/flows/flow-outcome.ts';
import type { FlowSession, SessionPerson } from '../domain/flows/flow-session.ts';
import { speechIn, type PreparedCall } from './prepared-call.ts';

function progressOfPerson({ id, completed, resumeAt, score, variables }: SessionPerson): PersonProgress {
  return { id, completed, resumeAt, score, variables };
}

/** What the talk has come to so far, for the call on record. */
export function progressOf(prepared: PreparedCall, session: FlowSession): CallProgress {
  const { completed, optedOut, human, resumeAt, result, score, people } = summarise(prepared.flow, session);
  return {
    completed,
    optedOut,
    human: human === true,
    heardPercent: heardPercent(prepared.flow, session, speechIn(prepared, session.language).speechMsByStep),
    heardMs: session.heardMs,
    resumeAt,
    result,
    score,
    variables: session.person === null ? session.variables : (session.common?.variables ?? {}),
    ...(people.length > 0 ? { people: people.map(progressOfPerson) } : {}),
  };
}
