import {
  parsePhoneNumberFromString,
  type PhoneNumberType,
  type PhoneNumber as Parsed,
} from 'libphonenumber-js/max';
import { assert } from '../../lib/assert.ts';
import type { NumberFormat, PlainNumberFormat } from './number-format.ts';
import { isPersonalLine } from './personal-line.ts';
import { timeZoneByCountry } from './time-zone-by-country.ts';

/** A number that may be called: E.164 with its plus, valid in its country, of a type that people have. Made by `parsePhoneNumber` alone. */
export type PhoneNumber = string & { readonly __kind: 'phone_number' };

export type ParsedPhoneNumber =
  | { result: 'parsed'; number: PhoneNumber }
  /** `detail` is a sentence's end for whoever sent the number: «must …». It does not repeat the number. */
  | { result: 'refused'; reason: 'malformed' | 'not_valid' | 'not_allowed'; detail: string };

type Policy = 'allowed' | 'refused';

/**
 * Which types of number may be called. The others cost their callers or owners extra, or reach no person; fraud by calls to them
 * (international revenue share) is what a stolen API key would be used for.
 */
const policyByType: Record<PhoneNumberType, Policy> = {
  MOBILE: 'allowed',
  FIXED_LINE: 'allowed',
  FIXED_LINE_OR_MOBILE: 'allowed',
  VOIP: 'refused',
  PREMIUM_RATE: 'refused',
  TOLL_FREE: 'refused',
  SHARED_COST: 'refused',
  PERSONAL_NUMBER: 'refused',
  PAGER: 'refused',
  UAN: 'refused',
  VOICEMAIL: 'refused',
};

/** ASCII digits only, no spaces: what is stored, hashed and dialled is exactly what was sent. */
const e164Form = /^\+[1-9]\d{6,14}$/;

/** Never throws, whatever the text. */
export function parsePhoneNumber(text: string): ParsedPhoneNumber {
  if (!e164Form.test(text)) {
    return {
      result: 'refused',
      reason: 'malformed',
      detail: `must be a phone number in E.164, such as +919876543210${whyMalformed(text)}`,
    };
  }
  return readLately(text).verdict;
}

/** What is mostly wrong with numbers that come out of address books and spreadsheets. */
function whyMalformed(text: string): string {
  if (/^\d(\.\d+)?e\+?\d+$/i.test(text))
    return ': a spreadsheet made a figure of it, and its last digits are lost; give the column the format «text»';
  const bare = text.replaceAll(/[\s().-]/g, '');
  if (e164Form.test(bare)) return ': without spaces, dashes, dots and brackets';
  if (/^\d+$/.test(bare)) return ': with a plus and the code of the country before the number';
  return '';
}

function judge(text: string, parsed: Parsed | undefined): ParsedPhoneNumber {
  // The library mends some numbers, e.g. takes away a national 0: two spellings of one person would pass for two persons.
  if (parsed?.number !== text) return notValid;
  if (parsed.country !== undefined && isPersonalLine(parsed.country, parsed.nationalNumber))
    return { result: 'parsed', number: text as PhoneNumber };
  // What is of no type is not valid; asking both, as isValid() does, would match the same patterns twice.
  const type = parsed.getType();
  if (type === undefined) return notValid;
  return isAllowed(parsed, type)
    ? { result: 'parsed', number: text as PhoneNumber }
    : {
        result: 'refused',
        reason: 'not_allowed',
        detail: 'must be the number of a mobile phone or a fixed line',
      };
}

const notValid: ParsedPhoneNumber = {
  result: 'refused',
  reason: 'not_valid',
  detail: 'must be a number that exists in the numbering plan of its country',
};

/** Satellite and other networks of no country (+870, +881, +882, +883) bear the type of a mobile and the price of none. */
function isAllowed(parsed: Parsed, type: PhoneNumberType): boolean {
  return parsed.country !== undefined && policyByType[type] === 'allowed';
}

/** `+91******3210`: the country's code, and of the rest at most the last four digits, always less than half of a short number. */
export function maskNumber(number: PhoneNumber): string {
  const { countryCallingCode, nationalNumber } = parts(number);
  const shown = Math.min(4, Math.max(0, nationalNumber.length - 4));
  const hidden = nationalNumber.length - shown;
  return `+${countryCallingCode}${'*'.repeat(hidden)}${nationalNumber.slice(hidden)}`;
}

/** The IANA zone in which the person lives, where the number's country has one time; null where it has several. */
export function timeZoneOf(number: PhoneNumber): string | null {
  const { country } = parts(number);
  return country === undefined ? null : (timeZoneByCountry[country] ?? null);
}

/** The number as digits, perhaps after a plus, and nothing else: it becomes part of an Asterisk endpoint. */
export function dialString(number: PhoneNumber, format: NumberFormat): string {
  assert(e164Form.test(number), 'only parsed numbers are dialled');
  const { countryCallingCode, nationalNumber } = parts(number);
  const dialled = formatted({ country: countryCallingCode, national: nationalNumber }, format);
  assert(/^\+?\d{1,64}$/.test(dialled), 'a dial string is digits, perhaps after a plus');
  return dialled;
}

/** The same for whoever may not see the number. */
export function maskedDialString(number: PhoneNumber, format: NumberFormat): string {
  const country: string = parts(number).countryCallingCode;
  return formatted({ country, national: maskNumber(number).slice(country.length + 1) }, format);
}

interface NumberParts {
  country: string;
  national: string;
}

function formatted(number: NumberParts, format: NumberFormat): string {
  if (typeof format === 'string') return plainlyFormatted(number, format);
  if ('prefix' in format) return `${format.prefix}${plainlyFormatted(number, format.format)}`;
  return format.template.replaceAll('{country}', number.country).replaceAll('{national}', number.national);
}

function plainlyFormatted({ country, national }: NumberParts, format: PlainNumberFormat): string {
  switch (format) {
    case 'e164_plus':
      return `+${country}${national}`;
    case 'e164':
      return `${country}${national}`;
    case 'national':
      return `0${national}`;
  }
}

function parts(number: PhoneNumber): Parsed {
  const { parsed } = readLately(number);
  assert(parsed, 'a PhoneNumber is made by parsePhoneNumber alone');
  return parsed;
}

interface ReadNumber {
  parsed: Parsed | undefined;
  verdict: ParsedPhoneNumber;
}

/** A call asks half a dozen times for its number or parts of it within moments, and reading one is a good part of what its acceptance costs. */
const lately = new Map<string, ReadNumber>();
const mostKept = 256;

function readLately(text: string): ReadNumber {
  const known = lately.get(text);
  if (known !== undefined) return known;
  const parsed = parsePhoneNumberFromString(text, { extract: false });
  const read = { parsed, verdict: judge(text, parsed) };
  lately.set(text, read);
  const [oldest] = lately.keys();
  if (lately.size > mostKept && oldest !== undefined) lately.delete(oldest);
  return read;
}
