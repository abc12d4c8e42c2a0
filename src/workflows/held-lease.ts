import type { Lease } from '../domain/asterisks/lease.ts';

/** A lease as its holder sees it. */
export interface HeldLease extends Lease {
  /**
   * Whether nobody else can have taken it by now. Without a word from the database it cannot be known after a while: then nothing is
   * dialled, and who is on the line is still attended.
   */
  isSafe(): boolean;
}
