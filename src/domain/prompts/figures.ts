import { z } from 'zod';
import { plainText } from '../plain-text.ts';

/**
 * How a language says numbers, dates, times of day and money: one `figures.json` beside its `words.json`. Everything is data, so that a
 * language is added, and corrected by who speaks it, without code.
 */
const word = plainText({ min: 1, max: 100 }).refine(
  (text) => !/[\p{N}]/u.test(text),
  'must be in words, without digits',
);

/**
 * One form, or several: the first where the number ends with it, the second where more of the number follows (Spanish «cien», «ciento»), the
 * third where what is counted follows (Telugu «రెండు వందలు», «రెండు వందల రూపాయలు»); without a third, the first.
 */
const form = z.union([word, z.tuple([word, word]), z.tuple([word, word, word])]);
export type Form = z.infer<typeof form>;

const words = (count: number) => z.array(word).length(count);
const count = z.string().regex(/^[1-9]\d{0,2}$/, 'must be a count from 1 to 999');

/**
 * What is counted, after its count: «two *thousand*», «ten *rupees*». `exact` has, by count, the whole of what is said, count included.
 * `few` goes with counts that end in 3 to 10, `many` with those that end in 11 to 99 (Arabic); `millions` after whole millions («un
 * million *de roupies*»).
 */
const counted = z.strictObject({
  exact: z.record(count, form).optional(),
  few: form.optional(),
  many: form.optional(),
  millions: form.optional(),
  other: form,
});
export type Counted = z.infer<typeof counted>;

const gender = z.enum(['masculine', 'feminine']);
export type Gender = z.infer<typeof gender>;
const unit = counted.extend({ gender: gender.optional() });
export type Unit = z.infer<typeof unit>;

/** Powers that have a word of their own, the greatest first; a count is itself said with the smaller ones («mil millones»). */
const scale = counted.extend({ value: z.number().int().min(1000).max(1e12) });
export type Scale = z.infer<typeof scale>;

/** By hour of the clock: a pattern with `{{hour}}`, `{{next_hour}}` and `{{minute}}`, or the words for each hour. */
const clockWords = z.union([word, z.array(word)]);
export type ClockWords = z.infer<typeof clockWords>;

export const figures = z.strictObject({
  minus: word,
  point: word,
  /** 0 to 99. */
  below_hundred: words(100),
  /** 100, 200 … 900. */
  hundreds: z.array(form).length(9),
  scales: z.array(scale).min(1).max(6),
  /** What stands before the tens and ones that end a number, or before every further part; `last` also before hundreds that end it. */
  and: z
    .strictObject({
      word,
      before: z.enum(['tens', 'last', 'every']),
      /** Greatest tens and ones that it stands before. */
      up_to: z.number().int().min(1).max(99).optional(),
      /** Written together with what follows it, as in Arabic. */
      is_prefix: z.boolean().optional(),
    })
    .optional(),
  /** Other words for a number, from 1 to 900, before something that is counted and has this gender. */
  agreeing: z.partialRecord(gender, z.record(count, form)).optional(),
  /** 1100, 1200 … 1900 as they begin a year, where years are said by the hundred; `century_zero` stands before 1 to 9. */
  centuries: z.array(form).length(9).optional(),
  century_zero: word.optional(),
  date: z.strictObject({
    /** With `{{day}}`, `{{month}}` and `{{year}}`. */
    pattern: word,
    months: words(12),
    /** Where days are not said as plain numbers. */
    days: words(31).optional(),
  }),
  time: z.strictObject({
    /** With `{{clock}}`, and `{{part}}` where the hours are twelve. */
    pattern: word,
    /** From one to twelve, or from midnight to 23. */
    hours: z.union([words(12), words(24)]),
    /** 0 to 59, where minutes are not said as plain numbers. */
    minutes: words(60).optional(),
    full_hour: clockWords,
    quarter_past: clockWords.optional(),
    half_past: clockWords.optional(),
    quarter_to: clockWords.optional(),
    other: clockWords,
    /** From which hour on (0 to 23) a part of the day counts; what is before the first belongs to the last. */
    parts: z.array(z.strictObject({ from: z.number().int().min(0).max(23), word })),
  }),
  money: z.strictObject({
    /** Where the unit comes before its count, as in Swahili. */
    unit_first: z.boolean().optional(),
    /** Between rupees and paise. */
    and: word.optional(),
    currencies: z.record(
      z.string().regex(/^[A-Z]{3}$/, 'must be the code of a currency, such as INR'),
      z.strictObject({ major: unit, minor: unit }),
    ),
  }),
});
export type Figures = z.infer<typeof figures>;
