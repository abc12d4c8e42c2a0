import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { parsePhoneNumber, type PhoneNumber } from '../phone-numbers/phone-number.ts';

/**
 * Who calls, as far as the network tells. Only a `person` may be called back or counted on a list:
 * - `withheld`: the number was not shown;
 * - `unreadable`: what was shown is no number of any country, forged perhaps;
 * - `not_callable`: a number that nobody may be called on by us, such as one at a premium rate;
 * - `own_number`: a line or a caller id of ours, so that we would call ourselves.
 */
export type Caller =
  { kind: 'person'; number: PhoneNumber } | { kind: Exclude<(typeof callerKinds)[number], 'person'> };

export const callerKinds = ['person', 'withheld', 'unreadable', 'not_callable', 'own_number'] as const;

/** What networks write where a number should stand; a caller who withholds it may also be shown as nothing at all. */
const words =
  /^(anonymous|unavailable|restricted|private|unknown|withheld|asserted|restricted\.invalid|s)?$/i;
const digits = /^\+?\d{3,20}$/;

/**
 * Reads a caller's number as a trunk shows it: national, international with `+` or `00`, or with the country's code alone. Never throws,
 * whatever the text.
 *
 * @param at.country of the trunk; null where that is not known, and then only international numbers are read
 * @param at.ownNumbers our lines and caller ids, in E.164
 */
export function readCaller(
  shown: { number: string; withheld: boolean },
  at: { country: CountryCode | null; ownNumbers: ReadonlySet<string> },
): Caller {
  const text = shown.number.trim();
  if (shown.withheld || words.test(text)) return { kind: 'withheld' };
  if (!digits.test(text)) return { kind: 'unreadable' };
  const candidates = international(text, at.country);
  if (candidates.some((candidate) => at.ownNumbers.has(candidate))) return { kind: 'own_number' };
  for (const candidate of candidates) {
    const parsed = parsePhoneNumber(candidate);
    if (parsed.result === 'parsed') return { kind: 'person', number: parsed.number };
    if (parsed.reason === 'not_allowed') return { kind: 'not_callable' };
  }
  return { kind: 'unreadable' };
}

/** What the digits may mean, the likeliest first: a number without a country is one of the trunk's own. */
function international(text: string, country: CountryCode | null): string[] {
  if (text.startsWith('+')) return [text];
  if (text.startsWith('00')) return [`+${text.slice(2)}`];
  const national = country === null ? undefined : parsePhoneNumberFromString(text, country)?.number;
  return [...(national === undefined ? [] : [national]), `+${text}`];
}
