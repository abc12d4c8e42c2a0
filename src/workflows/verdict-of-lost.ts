import type { Verdict } from '../domain/calls/verdict.ts';
import type { AttemptId } from '../domain/ids.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import { lostVerdict, withdrawnVerdict } from './attempt-verdicts.ts';

/**
 * Of an attempt that has no leg, and whose end nobody saw. Where its process died before its INVITE was about to leave, nobody was disturbed, and it
 * is tried again. In every doubt, it may have rung: only whoever attends the attempt on record may ask, since from then on nobody else lets it leave.
 */
export async function verdictOfLost(ledger: Pick<Ledger, 'isUnsent'>, attempt: AttemptId): Promise<Verdict> {
  try {
    return (await ledger.isUnsent(attempt)) ? withdrawnVerdict : lostVerdict;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    return lostVerdict;
  }
}
