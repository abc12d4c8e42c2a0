import type { Attempt } from './call.ts';
import { nextAllowed, type CallingHours } from './calling-hours.ts';
import type { RetryPolicy, RetryReason } from './retry-policy.ts';
import type { Verdict } from './verdict.ts';

/** What decides whether an attempt that has just ended is followed by another. */
export interface AttemptsSoFar {
  policy: RetryPolicy;
  /** All attempts of the call, oldest first, all of them ended. */
  attempts: readonly Pick<Attempt, 'ringingAt' | 'answeredAt' | 'ended'>[];
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

/** Attempts that failed by our or the carrier's fault do not count towards the policy's limit; this is what ends them. */
const mostUncounted = 10;

const end: NextAttempt = { next: 'end' };

/** Whether and when to try again. A time after `notAfter` is no time: the call ends then, as its last attempt came out. */
export function decideNext(soFar: AttemptsSoFar): NextAttempt {
  if (soFar.completed || soFar.optedOut) return end;
  const reason = retryReasonOf(soFar.attempts);
  if (reason === null || !mayTryAgain(soFar)) return end;
  const dueAt = soFar.now + Math.min(soFar.policy.afterMs[reason], givenBackMs(soFar.attempts));
  const at = soFar.hours === null ? dueAt : nextAllowed(soFar.hours, dueAt, soFar.spanMs);
  return at === null || at > soFar.notAfter ? end : { next: 'retry', at };
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
  return counted < policy.maxAttempts && attempts.length - counted < mostUncounted;
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
