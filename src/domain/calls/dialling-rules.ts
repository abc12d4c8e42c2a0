import type { Call } from './call.ts';
import type { CallingHours } from './calling-hours.ts';

/**
 * From the INVITE to the end of ringing at the latest: all of it must lie inside the calling hours. As long as the longest set-up and ring
 * limits that a trunk may have, so that whichever trunk is chosen, no phone rings into the night.
 */
export const ringingSpanMs = 180_000;

/** Null where hours do not bind: an emergency. */
export function hoursThatBind(call: Pick<Call, 'purpose' | 'callingHours'>): CallingHours | null {
  return call.purpose === 'emergency' ? null : call.callingHours;
}

/** The opt-out scope that forbids this call, or null. An emergency is stopped by scope `all` alone. */
export function blockingOptOut(
  call: Pick<Call, 'purpose' | 'list' | 'campaignId'>,
  optOuts: readonly string[],
): string | null {
  const binding =
    call.purpose === 'emergency'
      ? ['all']
      : ['all', `list:${call.list ?? ''}`, `campaign:${call.campaignId ?? ''}`];
  return optOuts.find((scope) => binding.includes(scope)) ?? null;
}

/** What an opt-out by key in this call opts out of: its list, else its campaign, else everything. */
export function optOutScopeOf(call: Pick<Call, 'list' | 'campaignId'>): string {
  if (call.list !== null) return `list:${call.list}`;
  return call.campaignId !== null ? `campaign:${call.campaignId}` : 'all';
}
