import type { LanguageWords } from './built-in-words.ts';
import { allNumberParts, numberParts } from './number-speech.ts';
import type { SpokenPart } from './spoken-part.ts';
import { fillTemplate, piecesOf } from './template.ts';

/**
 * Dates (`2026-11-21`) and times of day (`15:30`), by the language's own pattern. What is known before dialling is one text; what is
 * known only during the call is put together from fragments that were made before.
 */
export interface MomentVoice {
  language: string;
  words: LanguageWords;
}

interface Moment {
  pattern: string;
  /** Numbers to be spoken, and names, by placeholder. */
  values: Readonly<Record<string, number | string>>;
}

/** The date as one text; null for what is no date. */
export function dateText(value: string, voice: MomentVoice): string | null {
  return asText(readDate(value, voice));
}

/** The time of day as one text; null for what is no time. */
export function timeText(value: string, voice: MomentVoice): string | null {
  return asText(readTime(value, voice));
}

/** The same from fragments; nothing for what is no date. */
export function dateParts(value: string, voice: MomentVoice): SpokenPart[] {
  return asParts(readDate(value, voice), voice);
}

export function timeParts(value: string, voice: MomentVoice): SpokenPart[] {
  return asParts(readTime(value, voice), voice);
}

/** Every fragment that a date or time could need. */
export function allMomentParts(voice: MomentVoice): SpokenPart[] {
  const { words, language } = voice;
  const months = Array.from({ length: 12 }, (_, index) => monthName(index + 1, language));
  const patterns = [words['system.date'], words['system.time'], words['system.time_full_hour']];
  const literals = patterns.flatMap((pattern) =>
    piecesOf(pattern).flatMap((piece) => ('text' in piece ? [piece.text] : [])),
  );
  const parts = partsOfDay.map(({ word }) => words[word]);
  return [
    ...allNumberParts(voice),
    ...[...months, ...literals, ...parts].map((text) => fragment(text, voice)),
  ];
}

function readDate(value: string, { words, language }: MomentVoice): Moment | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(value);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return { pattern: words['system.date'], values: { day, month: monthName(month, language), year } };
}

function readTime(value: string, { words }: MomentVoice): Moment | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::\d{2})?$/.exec(value);
  if (match === null) return null;
  const [hours, minute] = match.slice(1).map(Number) as [number, number];
  const hour = hours % 12 === 0 ? 12 : hours % 12;
  const part = words[partOfDay(hours)];
  return minute === 0
    ? { pattern: words['system.time_full_hour'], values: { hour, part } }
    : { pattern: words['system.time'], values: { hour, minute, part } };
}

function asText(moment: Moment | null): string | null {
  return moment === null ? null : fillTemplate(moment.pattern, (name) => moment.values[name] ?? null);
}

function asParts(moment: Moment | null, voice: MomentVoice): SpokenPart[] {
  if (moment === null) return [];
  return piecesOf(moment.pattern).flatMap((piece) => {
    const value = 'text' in piece ? piece.text : (moment.values[piece.name] ?? '');
    return typeof value === 'number' ? numberParts(value, voice) : [fragment(value, voice)];
  });
}

/** From which hour on a part of the day counts; the night goes on after midnight. */
const partsOfDay = [
  { fromHour: 20, word: 'system.night' },
  { fromHour: 16, word: 'system.evening' },
  { fromHour: 12, word: 'system.afternoon' },
  { fromHour: 4, word: 'system.morning' },
  { fromHour: 0, word: 'system.night' },
] as const;

function partOfDay(hours: number) {
  return partsOfDay.find(({ fromHour }) => hours >= fromHour)?.word ?? 'system.night';
}

function monthName(month: number, language: string): string {
  const format = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  return format.format(new Date(Date.UTC(2000, month - 1, 1)));
}

function fragment(text: string, { language }: MomentVoice): SpokenPart {
  return { kind: 'text', language, text };
}
