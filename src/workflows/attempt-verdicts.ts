import type { Attempt } from '../domain/calls/call.ts';
import { decideVerdict } from '../domain/calls/decide-verdict.ts';
import type { TrunkVerdictRow } from '../domain/calls/trunk-verdict.ts';
import type { HangUpEvidence, Verdict } from '../domain/calls/verdict.ts';

const verdictWithoutCodes = { retryable: false, sipCode: null, q850Cause: null } as const;
export const cancelledVerdict: Verdict = { reason: 'cancelled', fault: 'none', ...verdictWithoutCodes };
/** Nobody saw the end of the leg. Before an answer that means: perhaps the phone rang. */
export const lostVerdict: Verdict = { reason: 'lost', fault: 'unknown', ...verdictWithoutCodes };
/** The request never became an INVITE. */
export const refusedVerdict: Verdict = {
  reason: 'trunk_failure',
  fault: 'configuration',
  retryable: true,
  sipCode: null,
  q850Cause: null,
};

/** Given back unsent; tried again, and not counted. */
export const withdrawnVerdict: Verdict = { ...refusedVerdict, fault: 'gateway' };

/** Whatever ended it: who answered was a machine. */
export function machineVerdict(verdict: Verdict): Verdict {
  return { ...verdict, reason: 'machine', fault: 'callee', retryable: true };
}

/**
 * What is on record counts as evidence too: the process that saw the phone ring, or being answered, may not be the one that sees the end. A leg that
 * we hung up before the answer without being asked to has rung for long enough.
 *
 * @param own rows of the verdict table of the attempt's trunk
 */
export function verdictOf(
  attempt: Attempt,
  seen: HangUpEvidence,
  own: readonly TrunkVerdictRow[] = [],
): Verdict {
  const answered = seen.answered || attempt.answeredAt !== null;
  const rang = seen.rang || attempt.ringingAt !== null;
  const byUs = seen.endedByUs === 'hang_up' && !answered;
  if (byUs && attempt.endRequested !== null) {
    return { ...decideVerdict(seen), reason: 'cancelled', fault: 'none', retryable: false };
  }
  return decideVerdict({ ...seen, answered, rang, endedByUs: byUs ? 'ring_timeout' : seen.endedByUs }, own);
}
