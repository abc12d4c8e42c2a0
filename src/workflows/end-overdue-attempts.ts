import { endAttempt, liveAttempt } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import type { Ledger } from '../db/ledger.ts';
import type { LegId } from '../telephony/telephony.ts';
import { afterAttempt } from './after-attempt.ts';
import { lostVerdict } from './attempt-verdicts.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';

export interface EndOverdueAttemptsDependencies extends CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call' | 'overdueCalls' | 'endGoneTransfers'>;
  /** Whether the leg is attended by this process, which is told then. */
  loseOverdue: (leg: LegId) => boolean;
}

const batchSize = 100;
/** So long an attempt is left to the gateway that attends it. */
const attendedForMs = 30_000;

/**
 * Ends attempts of Asterisks that nobody can ask, once their legs cannot exist any more: until then their slots and their people stay taken, so that
 * nobody is called twice, the legs of transfers too; from then on, whoever had answered was spoken to in part, and of the others it is unknown whether their phones rang.
 */
export async function endOverdueAttempts(deps: EndOverdueAttemptsDependencies): Promise<void> {
  const now = deps.clock.now();
  await deps.ledger.endGoneTransfers(now - attendedForMs, now);
  for (const call of await deps.ledger.overdueCalls(now, batchSize)) {
    const attempt = liveAttempt(call);
    if (attempt === null || deps.loseOverdue(attempt.id)) continue;
    if (attempt.goneBy + attendedForMs <= now) await endLost(deps, call);
  }
}

async function endLost(deps: EndOverdueAttemptsDependencies, call: Call): Promise<void> {
  const attempt = liveAttempt(call);
  if (attempt === null) return;
  const at = deps.clock.now();
  const end = { at, verdict: lostVerdict, progress: null, anotherTrunk: false };
  await commitMove(deps, call, (now) =>
    endAttempt(now, attempt.id, { ...end, after: afterAttempt(now, end), timeline: [] }),
  );
}
