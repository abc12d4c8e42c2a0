import { timeZoneOf, type PhoneNumber } from '../phone-numbers/phone-number.ts';
import type { Purpose } from './call.ts';
import { isAllowed } from './calling-hours.ts';
import { resolveCallingHours, type DefaultHours, type ResolvedHours } from './calling-hours-request.ts';
import { type CallingHoursRequest } from './calling-hours-schema.ts';
import { ringingSpanMs } from './dialling-rules.ts';

/** When somebody may be called for a person on the line, and what they are called for. */
export interface TransferHours {
  number: PhoneNumber;
  purpose: Purpose;
  /** As far as the flow says so. */
  hours: CallingHoursRequest;
  defaults: DefaultHours;
}

/**
 * Whether their phone may ring from now on, as long as phones may. They have hours of their own, where their number is: the person's say nothing of
 * them. What cannot be read allows nothing; an emergency is bound by no hours.
 */
export function mayRingForTransfer(
  { number, purpose, hours, defaults }: TransferHours,
  now: number,
): boolean {
  if (purpose === 'emergency') return true;
  const resolved = resolveTransferHours(hours, { number, defaults });
  return resolved.result === 'resolved' && isAllowed(resolved.hours, now, now + ringingSpanMs);
}

/** Nothing is advertised to whoever is called for somebody else, so a flow may widen the defaults. */
export function resolveTransferHours(
  hours: CallingHoursRequest,
  { number, defaults }: Pick<TransferHours, 'number' | 'defaults'>,
): ResolvedHours {
  return resolveCallingHours(hours, { defaults, timeZone: timeZoneOf(number), purpose: 'service' });
}
