import { neverDialled } from '../domain/campaigns/pilot-place.ts';
import type { Transition } from './ledger.ts';

/** The campaign whose pilot has a place free again by this move, if it is a pilot; null for none. */
export function pilotPlaceOf({ call, events }: Transition): string | null {
  if (call.campaignId === null || !events.some(({ type }) => type === 'call.attempt_ended')) return null;
  return neverDialled(call) ? call.campaignId : null;
}

/** $6 of `moveCalls`: the campaigns that have places free again, if they are pilots. */
export function placesOf(transitions: readonly Transition[]): string[] {
  return [...new Set(transitions.map(pilotPlaceOf))].filter((id) => id !== null);
}
