import type { VerdictReason } from '../domain/calls/verdict.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';

/** Who hangs up on the whisper does not want to talk. What is not here has failed. */
const resultByReason: Partial<Record<VerdictReason, TransferResult>> = {
  busy: 'busy',
  rejected: 'busy',
  answered: 'busy',
  no_answer: 'no_answer',
};

/** @param wasReady they were joined, or about to be */
export function transferResultOf(wasReady: boolean, reason: VerdictReason): TransferResult {
  return wasReady ? 'talked' : (resultByReason[reason] ?? 'failed');
}
