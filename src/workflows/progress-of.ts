import type { CallProgress } from '../domain/calls/call.ts';
import { heardPercent, summarise } from '../domain/flows/flow-outcome.ts';
import type { FlowSession } from '../domain/flows/flow-session.ts';
import type { PreparedCall } from './prepared-call.ts';

/** What the talk has come to so far, for the call on record. */
export function progressOf(prepared: PreparedCall, session: FlowSession): CallProgress {
  const { completed, optedOut, human, resumeAt, result, score } = summarise(prepared.flow, session);
  return {
    completed,
    optedOut,
    human: human ? true : null,
    heardPercent: heardPercent(prepared.flow, session, prepared.speechMsByStep),
    resumeAt,
    result,
    score,
    variables: session.variables,
  };
}
