import { z } from 'zod';

/** How a trunk wants the number: `+919876543210`, `919876543210`, or `09876543210`. */
export const numberFormats = ['e164_plus', 'e164', 'national'] as const;
export type PlainNumberFormat = (typeof numberFormats)[number];

export type NumberFormat =
  | PlainNumberFormat
  /** Digits that the carrier wants before the number, for its routing: `99` and `919876543210`. Nothing but digits may stand before a plus. */
  | { readonly prefix: string; readonly format: 'e164' | 'national' }
  /** Digits with `{country}` and `{national}` in them, perhaps after a plus: `00{country}{national}`. */
  | { readonly template: string };

/** A SIP user part of E.164 with what carriers put before it is far shorter. */
const longestPrefix = 12;
const templateForm = /^\+?(\d|\{country\}|\{national\}){1,24}$/;

/** Whatever comes through it, only digits can come out, perhaps after a plus: they become part of an Asterisk endpoint. */
export const numberFormatSchema = z.union(
  [
    z.enum(numberFormats),
    z.strictObject({
      prefix: z.string().regex(new RegExp(`^\\d{1,${longestPrefix}}$`)),
      format: z.enum(['e164', 'national']),
    }),
    z.strictObject({ template: z.string().refine((text) => isTemplate(text)) }),
  ],
  {
    error: `must be ${numberFormats.join(', ')}, or { "prefix": "up to ${longestPrefix} digits", "format": "e164" or "national" }, or { "template": "digits with {country} and {national}, perhaps after a +" }`,
  },
);

/** The person's own number is in it once: without it everybody would be dialled at one number. */
function isTemplate(text: string): boolean {
  return templateForm.test(text) && text.split('{national}').length === 2;
}
