import { getCountryCallingCode, type CountryCode } from 'libphonenumber-js/max';
import type { LineNumber } from './line.ts';
import { isLineNumber } from './line.ts';

/**
 * Which of our lines was called: the first of the numbers that the network's text could stand for. Carriers write `+911412345678`,
 * `911412345678`, `00911412345678`, `01412345678` or `1412345678` for one line, and short codes as they are.
 *
 * @param country of the trunk, for what has none; null where that is not known
 */
export function dialledLine<T>(
  dialled: string,
  { country, lines }: { country: CountryCode | null; lines: ReadonlyMap<LineNumber, T> },
): T | null {
  for (const candidate of candidates(dialled, country)) {
    const line = isLineNumber(candidate) ? lines.get(candidate) : undefined;
    if (line !== undefined) return line;
  }
  return null;
}

function candidates(dialled: string, country: CountryCode | null): string[] {
  if (!/^\+?\d{2,20}$/.test(dialled)) return [];
  if (dialled.startsWith('+')) return [dialled];
  const international = dialled.startsWith('00') ? [`+${dialled.slice(2)}`] : [`+${dialled}`];
  if (country === null) return international;
  return [...international, `+${getCountryCallingCode(country)}${dialled.replace(/^0/, '')}`];
}
