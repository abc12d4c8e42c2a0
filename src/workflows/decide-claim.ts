import { isAllowed, nextAllowed } from '../domain/calls/calling-hours.ts';
import type { Lease } from '../domain/asterisks/lease.ts';
import { endWithoutAttempt, postpone, startAttempt, type Move } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import { decideOutcome } from '../domain/calls/decide-outcome.ts';
import { blockingOptOut, hoursThatBind, ringingSpanMs } from '../domain/calls/dialling-rules.ts';
import { goneBy } from '../domain/calls/leg-limit.ts';
import { blockedByCap, capThatBinds, fitsFrom, type FrequencyCap } from '../domain/calls/frequency-cap.ts';
import { mayTryTrunkFrom } from '../domain/calls/trunk-round.ts';
import type { AttemptId } from '../domain/ids.ts';

export interface ClaimFacts {
  attemptId: AttemptId;
  trunk: string;
  lease: Lease;
  callerId: string | null;
  now: number;
  /** The instant that the trunk's pace reserves for the INVITE. */
  sendAt: number;
  /** Longest life of the leg. */
  legLimitMs: number;
  /** Scopes on record for the person at this moment. */
  optOuts: readonly string[];
  frequencyCap: FrequencyCap | null;
  /** When the person's phone rang in the period of the cap. */
  rangAt: readonly number[];
}

/**
 * What becomes of a due call at the instant of its claim: dialled, put off to its next allowed hours, or ended. All that forbids a
 * call is checked here once more; where any of it changed meanwhile, the claim is not kept.
 */
export function decideClaim(call: Call, facts: ClaimFacts): Move {
  const { sendAt, now } = facts;
  const blockedBy = blockingOptOut(call, facts.optOuts);
  if (blockedBy !== null || sendAt > call.notAfter) return endUndialled(call, now, blockedBy);
  const cap = capThatBinds(call, facts.frequencyCap);
  const from = Math.max(sendAt, mayTryTrunkFrom(call, facts.trunk));
  const fitsAt = cap === null ? from : fitsFrom(cap, { rangAt: facts.rangAt, at: from });
  const hours = hoursThatBind(call);
  if (fitsAt > sendAt || (hours !== null && !isAllowed(hours, sendAt, sendAt + ringingSpanMs))) {
    const next = hours === null ? fitsAt : nextAllowed(hours, fitsAt, ringingSpanMs);
    if (next !== null && next <= call.notAfter) return postpone(call, next);
    return endUndialled(call, now, fitsAt > from ? blockedByCap : null);
  }
  return startAttempt(call, {
    id: facts.attemptId,
    trunk: facts.trunk,
    ...facts.lease,
    callerId: facts.callerId,
    sendAt,
    goneBy: goneBy(sendAt, facts.legLimitMs),
    at: now,
  });
}

/** The call ends with no further attempt: an opt-out forbids it, or else its time is over. */
export function endUndialled(call: Call, at: number, blockedBy: string | null): Move {
  const outcome = decideOutcome({
    completed: false,
    optedOut: call.progress?.optedOut ?? false,
    cancelled: false,
    blocked: blockedBy !== null,
    expired: blockedBy === null,
    failed: false,
    attempts: call.attempts,
  });
  return endWithoutAttempt(call, { at, outcome, blockedBy, problem: null });
}
