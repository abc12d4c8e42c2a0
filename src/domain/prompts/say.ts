import { z } from 'zod';
import { parseDurationMs } from '../../lib/duration.ts';
import { plainText } from '../plain-text.ts';

/**
 * What can be said: one item or a list of items, spoken without a gap. A string is the id of a prompt in the library. Texts and
 * values may hold `{{variables}}`; see `template.ts`.
 */
export const longestPauseMs = 3_000;
export const maxSayItems = 50;

/** BCP 47, in the forms that voices have: `hi`, `en`, `es-419`, `zh-Hans`, `zh-Hans-CN`. */
export const languageTag = z
  .string()
  .regex(
    /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/,
    'must be a language tag such as hi, en or es-419',
  );

export const promptId = z
  .string()
  .max(128, 'must have at most 128 characters')
  .regex(/^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/, 'must be the id of a prompt, such as quiz.q1');

export const localText = z.record(languageTag, plainText({ min: 1, max: 2000, lines: true }));
export type LocalText = z.infer<typeof localText>;

const spokenValue = plainText({ min: 1, max: 200 });
const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'must be the code of a currency, such as INR');
const audioUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/\S+$/, 'must be the https address of a sound file');
/** Put in when the flow is stored and the sound was fetched: what calls speak, whatever the address holds later. */
const recordingHash = z.string().regex(/^[0-9a-f]{40}$/, 'is put in by the gateway; leave it out');
const pause = z
  .string()
  .refine(isPause, `must be a duration of at most ${longestPauseMs / 1000} s, such as PT0.5S`);

function isPause(text: string): boolean {
  const durationMs = parseDurationMs(text);
  return durationMs !== null && durationMs > 0 && durationMs <= longestPauseMs;
}

/** One schema for each kind of item, by the name of its field; an amount of money has its currency beside it. */
export const sayItemKinds = {
  text: z.strictObject({ text: localText }),
  digits: z.strictObject({ digits: spokenValue }),
  number: z.strictObject({ number: spokenValue }),
  date: z.strictObject({ date: spokenValue }),
  time: z.strictObject({ time: spokenValue }),
  money: z.strictObject({ money: spokenValue, currency: currencyCode }),
  audio: z.strictObject({ audio: audioUrl, recording: recordingHash.optional() }),
  pause: z.strictObject({ pause }),
  /** The id of a prompt that a `lookup` step chose. */
  prompt: z.strictObject({ prompt: spokenValue }),
};

export const sayItem = z.union([
  promptId,
  sayItemKinds.text,
  sayItemKinds.digits,
  sayItemKinds.number,
  sayItemKinds.date,
  sayItemKinds.time,
  sayItemKinds.money,
  sayItemKinds.audio,
  sayItemKinds.pause,
  sayItemKinds.prompt,
]);
export type SayItem = z.infer<typeof sayItem>;

/** An item that is said in figures: its value may become known as late as during the call. */
export type FigureItem = Exclude<
  SayItem,
  string | { text: LocalText } | { pause: string } | { audio: string } | { prompt: string }
>;

/** The value of such an item, as it is written: with `{{variables}}`. */
export function templateOf(item: FigureItem): string {
  if ('digits' in item) return item.digits;
  if ('number' in item) return item.number;
  if ('date' in item) return item.date;
  return 'time' in item ? item.time : item.money;
}

export const say = z.union([sayItem, z.array(sayItem).min(1).max(maxSayItems)]);
export type Say = z.infer<typeof say>;

export function itemsOf(words: Say): readonly SayItem[] {
  return Array.isArray(words) ? words : [words];
}
