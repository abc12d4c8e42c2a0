import type { Ledger } from '../db/ledger.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { LegId } from '../telephony/telephony.ts';

export interface EndTransferDependencies {
  ledger: Pick<Ledger, 'endTransfer'>;
  clock: Clock;
  log: Log;
  /** A channel of a trunk is free again. */
  onChannelFree: () => void;
}

/**
 * Puts on record that the leg of a transfer is gone, and how it ended, where somebody saw that; no talk waits for it. Where it cannot be kept now, the
 * comparison with the legs that exist will find it.
 */
export async function endTransfer(
  { ledger, clock, log, onChannelFree }: EndTransferDependencies,
  leg: LegId,
  as?: TransferResult,
): Promise<void> {
  await ledger.endTransfer(leg, clock.now(), as).then(onChannelFree, (error: unknown) => {
    log.warn({ err: error, leg }, 'that the leg of a transfer is gone could not be kept');
  });
}
