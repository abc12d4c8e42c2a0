import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { resolveCallingHours, type ResolvedHours } from '../calls/calling-hours-request.ts';
import { isAllowed } from '../calls/calling-hours.ts';
import { timeZoneByCountry } from '../phone-numbers/time-zone-by-country.ts';
import type { AnsweredLine, LineNumber } from './line.ts';

type OpeningHours = NonNullable<AnsweredLine['openingHours']>;

/** What a line's opening hours leave out: all day, in the zone of its number, which a country with several does not tell. */
export function resolveOpeningHours(number: LineNumber, hours: OpeningHours): ResolvedHours {
  const country = parsePhoneNumberFromString(number)?.country;
  const timeZone = country === undefined ? null : (timeZoneByCountry[country] ?? null);
  const defaults = { start: '00:00', end: '24:00' };
  return resolveCallingHours(hours, { defaults, timeZone, purpose: 'service' });
}

/** Whether somebody who calls at this instant calls within the opening hours. What is misconfigured is closed. */
export function isOpen(line: Pick<AnsweredLine, 'number' | 'openingHours'>, at: number): boolean {
  if (line.openingHours === null) return true;
  const resolved = resolveOpeningHours(line.number, line.openingHours);
  return resolved.result === 'resolved' && isAllowed(resolved.hours, at, at);
}

/** What whoever calls at this instant is to hear; null where the line is closed and has no word for that. */
export function flowAt(line: AnsweredLine, at: number): string | null {
  return isOpen(line, at) ? line.flow : line.closedFlow;
}
