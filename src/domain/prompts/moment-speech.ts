import type { ClockWords, Figures } from './figures.ts';
import { everyNumberWord, wholeNumberWords } from './number-speech.ts';
import { piecesOf } from './template.ts';

/**
 * Dates (`2026-11-21`) and times of day (`15:30`) in words, as people of the language say them. Like numbers they come as fragments from a
 * small set, nothing for what is no date or no time.
 */
export function dateWords(value: string, figures: Figures): string[] {
  const date = readDate(value);
  if (date === null) return [];
  const { pattern, months, days } = figures.date;
  return filled(pattern, {
    day: [(days ? days[date.day - 1] : figures.below_hundred[date.day]) ?? ''],
    month: [months[date.month - 1] ?? ''],
    year: yearWords(date.year, figures),
  });
}

export function timeWords(value: string, figures: Figures): string[] {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::\d{2})?$/.exec(value);
  if (match === null) return [];
  const [hour, minute] = match.slice(1).map(Number) as [number, number];
  const { pattern, parts } = figures.time;
  const part = parts.findLast(({ from }) => hour >= from) ?? parts.at(-1);
  return filled(pattern, { clock: clockWords({ hour, minute }, figures), part: part ? [part.word] : [] });
}

/** Every fragment that a date could need. */
export function everyDateWord(figures: Figures): string[] {
  const { pattern, months, days } = figures.date;
  const years = [...(figures.centuries ?? []).flat(), figures.century_zero ?? []].flat();
  return [...everyNumberWord(figures), ...years, ...months, ...(days ?? []), ...literalsOf(pattern)];
}

/** Every fragment that a time of day could need. */
export function everyTimeWord(figures: Figures): string[] {
  const { pattern, hours, minutes, parts, full_hour, quarter_past, half_past, quarter_to, other } =
    figures.time;
  const clocks = [full_hour, quarter_past ?? [], half_past ?? [], quarter_to ?? [], other].flat();
  return [
    ...[pattern, ...clocks].flatMap(literalsOf),
    ...hours,
    ...(minutes ?? figures.below_hundred.slice(0, 60)),
    ...parts.map((part) => part.word),
  ];
}

interface Clock {
  hour: number;
  minute: number;
}

function clockWords({ hour, minute }: Clock, figures: Figures): string[] {
  const { hours, minutes } = figures.time;
  const said = clockForm(minute, figures.time);
  const pattern = typeof said === 'string' ? said : (said[hourIndex(hour, hours)] ?? '');
  return filled(pattern, {
    hour: [hours[hourIndex(hour, hours)] ?? ''],
    next_hour: [hours[hourIndex((hour + 1) % 24, hours)] ?? ''],
    minute: [(minutes ?? figures.below_hundred)[minute] ?? ''],
  });
}

function clockForm(minute: number, time: Figures['time']): ClockWords {
  if (minute === 0) return time.full_hour;
  if (minute === 15) return time.quarter_past ?? time.other;
  if (minute === 30) return time.half_past ?? time.other;
  return minute === 45 ? (time.quarter_to ?? time.other) : time.other;
}

/** Of a list from one to twelve, or from midnight to 23. */
function hourIndex(hour: number, hours: readonly string[]): number {
  return hours.length === 24 ? hour : (hour + 11) % 12;
}

function readDate(value: string): { year: number; month: number; day: number } | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/.exec(value);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : null;
}

/** Years of the centuries before this one are said by the hundred where the language does so: «nineteen ninety-nine». */
function yearWords(year: number, figures: Figures): string[] {
  const century = year < 2000 ? figures.centuries?.[Math.floor(year / 100) - 11] : undefined;
  if (century === undefined) return wholeNumberWords(year, { figures });
  const rest = year % 100;
  const [alone, followed] = typeof century === 'string' ? [century, century] : century;
  if (rest === 0) return [alone];
  const zero = rest < 10 && figures.century_zero !== undefined ? [figures.century_zero] : [];
  return [followed, ...zero, figures.below_hundred[rest] ?? ''];
}

function filled(pattern: string, values: Readonly<Record<string, readonly string[]>>): string[] {
  return piecesOf(pattern).flatMap((piece) => ('text' in piece ? [piece.text] : (values[piece.name] ?? [])));
}

function literalsOf(pattern: string): string[] {
  return piecesOf(pattern).flatMap((piece) => ('text' in piece ? [piece.text] : []));
}
