import { liveAttempt, type AfterAttempt } from '../domain/calls/call-moves.ts';
import type { Call, CallProgress } from '../domain/calls/call.ts';
import { decideNext } from '../domain/calls/decide-next.ts';
import { decideOutcome } from '../domain/calls/decide-outcome.ts';
import type { Verdict } from '../domain/calls/verdict.ts';
import { hoursThatBind, ringingSpanMs } from '../domain/calls/dialling-rules.ts';

/**
 * Whether an attempt that ends now is followed by another, and else what the call came to.
 *
 * @param end.anotherTrunk whether another trunk may carry the call (`has-another-trunk.ts`)
 */
export function afterAttempt(
  call: Call,
  end: { verdict: Verdict; progress: CallProgress | null; at: number; anotherTrunk: boolean },
): AfterAttempt {
  const attempt = liveAttempt(call);
  const { attempts } = withVerdict(call, end);
  const progress = end.progress ?? call.progress;
  const completed = progress?.completed ?? false;
  const optedOut = progress?.optedOut ?? false;
  const cancelled = (attempt?.endRequested ?? null) !== null;
  const isOver = cancelled || call.direction === 'incoming';
  const next = isOver
    ? ({ next: 'end' } as const)
    : decideNext({
        policy: call.retry,
        attempts,
        anotherTrunk: end.anotherTrunk,
        completed,
        optedOut,
        now: end.at,
        notAfter: call.notAfter,
        hours: hoursThatBind(call),
        spanMs: ringingSpanMs,
      });
  if (next.next === 'retry') return next;
  const outcome = decideOutcome({
    completed,
    optedOut,
    cancelled,
    blocked: false,
    expired: false,
    failed: false,
    attempts,
  });
  return { next: 'end', outcome, problem: null };
}

/** The call as it is when its live attempt has ended so. */
export function withVerdict(call: Call, { verdict, at }: { verdict: Verdict; at: number }): Call {
  const attempt = liveAttempt(call);
  const attempts = call.attempts.map((each) =>
    each === attempt ? { ...each, ended: { at, verdict } } : each,
  );
  return { ...call, attempts };
}
