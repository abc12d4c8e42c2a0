import type { ErasureStore } from '../db/erasure-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

export interface LookAfterErasuresDependencies {
  erasures: Pick<ErasureStore, 'reopen' | 'pendingSince'>;
  clock: Clock;
  log: Log;
}

/** What an Asterisk that was away has written down comes within its days, and so does what lay in the memory of a gateway. */
const lookedAfterMs = 7 * 24 * 3_600_000;
const lateAfterMs = 60_000;

/** Erasures of whose persons something older came late are pending again; those that take longer than they should are told of. @throws LedgerUnavailable */
export async function lookAfterErasures({
  erasures,
  clock,
  log,
}: LookAfterErasuresDependencies): Promise<void> {
  await erasures.reopen(clock.now() - lookedAfterMs);
  const late = await erasures.pendingSince(clock.now() - lateAfterMs);
  if (late.length > 0)
    log.warn({ erasures: late }, 'somebody is not forgotten yet, after more than a minute');
}
