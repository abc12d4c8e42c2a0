import type { Attempt } from './call.ts';
import { nextAllowed, type CallingHours } from './calling-hours.ts';
import type { RetryPolicy, RetryReason } from './retry-policy.ts';
import { inAnotherPart } from './part-of-day.ts';
import { failedOnTheWay, trunkRound } from './trunk-round.ts';
import type { Verdict } from './verdict.ts';

/** What decides whether an attempt that has just ended is followed by another. */
export interface AttemptsSoFar {
  policy: RetryPolicy;
  /** All attempts of the call, oldest first, all of them ended. */
  attempts: readonly Pick<Attempt, 'trunk' | 'sendAt' | 'ringingAt' | 'answeredAt' | 'ended'>[];
  /** Another trunk may carry the call, and was not tried in this round (`trunk-round.ts`). */
  anotherTrunk: boolean;
  completed: boolean;
  optedOut: boolean;
  now: number;
  notAfter: number;
  /** Null where calling hours are ignored: an emergency. */
  hours: CallingHours | null;
  /** From dialling to the end of ringing: all of it must lie in the calling hours. */
  spanMs: number;
}

export type NextAttempt = { next: 'end' } | { next: 'retry'; at: number };

/**
 * Attempts that failed by our or the carrier's fault do not count towards the policy's limit; this is what ends them. A round of trunks is one
 * failure, however many were tried in it.
 */
const mostUncounted = 10;
/** After so many trunks in a row that failed, a call waits before it tries the next. */
const mostTrunksInARow = 5;

const end: NextAttempt = { next: 'end' };

/**
 * Whether and when to try again. A time after `notAfter` is no time: the call ends then, as its last attempt came out. Where a trunk failed
 * before the phone rang, and there is another, the next attempt is due at once.
 */
export function decideNext(soFar: AttemptsSoFar): NextAttempt {
  if (soFar.completed || soFar.optedOut) return end;
  const reason = retryReasonOf(soFar.attempts);
  if (reason === null || !mayTryAgain(soFar)) return end;
  const waitMs = mayFailOver(soFar) ? 0 : Math.min(soFar.policy.afterMs[reason], givenBackMs(soFar.attempts));
  const at = allowedFrom(soFar, { dueAt: soFar.now + waitMs, reason });
  return at === null || at > soFar.notAfter ? end : { next: 'retry', at };
}

/** Only for a technical cause, and only before the phone rang: nobody's phone rings twice for one try. */
function mayFailOver({ anotherTrunk, attempts }: AttemptsSoFar): boolean {
  const last = attempts.at(-1);
  if (!anotherTrunk || last === undefined || !failedOnTheWay(last)) return false;
  return trunkRound(attempts).tried.size < mostTrunksInARow;
}

/** Who did not take the phone is tried in a part of the day in which they were not tried yet, where one comes in time. */
function allowedFrom(
  { hours, policy, attempts, notAfter, spanMs }: AttemptsSoFar,
  { dueAt, reason }: { dueAt: number; reason: RetryReason },
): number | null {
  if (hours === null) return dueAt;
  const triedAt = attempts.filter(({ ended }) => ended && counts(ended.verdict)).map(({ sendAt }) => sendAt);
  const elsewhen = policy.anotherPartOfDay?.includes(reason)
    ? inAnotherPart(hours, { dueAt, notAfter, spanMs, triedAt })
    : null;
  return elsewhen ?? nextAllowed(hours, dueAt, spanMs);
}

/** Given back unsent, because this machine was late for its instant or could not reach the network: nobody was disturbed, so it soon goes again. */
const soonestMs = 5_000;

/** The wait grows with each attempt that was given back in a row; Infinity where the last one was not. */
function givenBackMs(attempts: AttemptsSoFar['attempts']): number {
  const others = attempts.findLastIndex(
    (attempt) => attempt.ended?.verdict.fault !== 'gateway' || attempt.ringingAt !== null,
  );
  const inARow = attempts.length - 1 - others;
  return inARow === 0 ? Infinity : soonestMs * 2 ** (inARow - 1);
}

function mayTryAgain({ attempts, policy }: AttemptsSoFar): boolean {
  const counted = attempts.filter(
    (attempt) => attempt.ended !== null && counts(attempt.ended.verdict),
  ).length;
  const failures = attempts.length - counted - trunkRound(attempts).failOvers;
  return counted < policy.maxAttempts && failures < mostUncounted;
}

/** Whether the attempt is one of the policy's `max_attempts`: not where carrier, configuration or gateway failed. */
function counts(verdict: Verdict): boolean {
  switch (verdict.fault) {
    case 'carrier':
    case 'configuration':
    case 'gateway':
      return false;
    case 'none':
    case 'callee':
    case 'unknown':
      return true;
  }
}

/** Why the last attempt is worth another one; null where it is not. */
function retryReasonOf(attempts: AttemptsSoFar['attempts']): RetryReason | null {
  const last = attempts.at(-1);
  if (last?.ended === null || last === undefined) return null;
  const reason = last.ended.verdict.reason;
  switch (reason) {
    case 'busy':
    case 'no_answer':
    case 'unreachable':
    case 'machine':
      return reason;
    case 'answered':
      return 'partial';
    case 'rejected':
      return attempts.filter((attempt) => attempt.ended?.verdict.reason === 'rejected').length < 2
        ? 'rejected'
        : null;
    case 'congestion':
    case 'trunk_failure':
      // Where the phone has rung already, the person is not disturbed again sooner than after a call that nobody took.
      return last.ringingAt === null ? 'trunk_failure' : 'no_answer';
    case 'lost':
      // After an answer it is certain that the phone rang, and that nobody hears us now; before it, nothing is.
      return last.answeredAt === null ? null : 'partial';
    case 'invalid_number':
    case 'cancelled':
      return null;
  }
}
