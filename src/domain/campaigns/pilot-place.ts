import type { Attempt, Call } from '../calls/call.ts';

/**
 * A pilot is so many calls that were dialled. A claim takes a place of it for a call that was never dialled; where that attempt ends before its INVITE left (given
 * back, or cancelled before its instant), the place is free again, for that call or another.
 */
export function neverDialled({ attempts }: Pick<Call, 'attempts'>): boolean {
  return attempts.every(endedUnsent);
}

/** What a request refused by the network is not: it counts, so that a trunk that is set up wrongly uses up a pilot and not a campaign. */
function endedUnsent({ ended, ringingAt, answeredAt }: Attempt): boolean {
  if (ended === null || ringingAt !== null || answeredAt !== null) return false;
  const { fault, reason, sipCode, q850Cause } = ended.verdict;
  return fault === 'gateway' || (reason === 'cancelled' && sipCode === null && q850Cause === null);
}
