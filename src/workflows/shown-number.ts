import { allows } from '../domain/api-keys/scope.ts';
import { maskNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Principal } from './use-cases.ts';

/** A number as this asker may see it: in clear only with `numbers:read`. @param number in clear; null where it was erased */
export function shownNumber(number: string | null, { scopes }: Principal): string | null {
  if (number === null) return null;
  return allows(scopes, 'numbers:read') ? number : maskNumber(number as PhoneNumber);
}
