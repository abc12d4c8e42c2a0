import { isTimeZone, zoneOffsetChange, zoneOffsetMs } from './zone-offset.ts';

/**
 * When a person may be called, in the wall-clock time of a zone.
 *
 * An instant is *allowed* when its local date is one of `days`, is no holiday, and its local time is in [start, end). Nothing else
 * counts, so what a zone's clocks do is obeyed as people there see it: a local time that a gap leaves out never comes, one that an
 * overlap repeats is judged the same both times. `00:00` to `24:00` on days that follow each other has no seam at midnight.
 *
 * Time is walked in *stretches*: from an instant to the next where the answer may change (the start, the end, midnight, or a change of the
 * zone's offset). Whatever is misconfigured allows nothing.
 */
export interface CallingHours {
  /** `HH:MM`, from 00:00 to 23:59. */
  readonly start: string;
  /** `HH:MM`, later than `start`; 24:00 is the end of the day. Hours over midnight are refused when they are given. */
  readonly end: string;
  readonly days: readonly Weekday[];
  /** IANA name. */
  readonly timeZone: string;
  /** `YYYY-MM-DD`, in the zone. */
  readonly holidays: readonly string[];
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** How far ahead an allowed time is looked for. Longer than any list of holidays that is accepted. */
const horizonMs = 800 * dayMs;

/**
 * Whether every instant of [fromMs, untilMs) is allowed: the span from dialling to the end of ringing. An empty span asks for the
 * instant alone; one that runs backwards, or has no number, is not allowed.
 */
export function isAllowed(hours: CallingHours, fromMs: number, untilMs: number): boolean {
  if (!(fromMs <= untilMs && untilMs - fromMs <= horizonMs)) return false;
  const window = windowOf(hours, fromMs);
  if (window === null) return false;
  for (let at = fromMs; ;) {
    const stretch = stretchAt(window, at);
    if (!stretch.allowed) return false;
    if (stretch.untilMs >= untilMs) return true;
    at = stretch.untilMs;
  }
}

/** The first instant from `fromMs` on at which a span of `spanMs` is allowed; null when none comes within two years. */
export function nextAllowed(hours: CallingHours, fromMs: number, spanMs: number): number | null {
  const window = windowOf(hours, fromMs);
  if (window === null || !(spanMs >= 0 && spanMs <= horizonMs)) return null;
  let candidate: number | null = null;
  for (let at = fromMs; at < fromMs + horizonMs;) {
    const stretch = stretchAt(window, at);
    if (!stretch.allowed) candidate = null;
    else if (stretch.untilMs - (candidate ??= at) >= spanMs) return candidate;
    at = stretch.untilMs;
  }
  return null;
}

/** The instant at which so much allowed time has passed; null when it does not within two years. */
export function afterAllowedTime(hours: CallingHours, fromMs: number, spanMs: number): number | null {
  const window = windowOf(hours, fromMs);
  if (window === null) return null;
  let leftMs = spanMs;
  for (let at = fromMs; at < fromMs + horizonMs;) {
    const stretch = stretchAt(window, at);
    if (stretch.allowed && stretch.untilMs - at >= leftMs) return at + leftMs;
    if (stretch.allowed) leftMs -= stretch.untilMs - at;
    at = stretch.untilMs;
  }
  return null;
}

/** Milliseconds from midnight of `HH:MM` (24:00 included); null where it is no time. */
export function timeOfDayMs(text: string): number | null {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (match === null) return null;
  return match[1] === undefined ? dayMs : (Number(match[1]) * 60 + Number(match[2])) * minuteMs;
}

interface Window {
  startMs: number;
  endMs: number;
  days: readonly Weekday[];
  timeZone: string;
  holidays: ReadonlySet<string>;
}

/** Null where the hours can allow nothing, or the instant is beyond what Temporal can tell the offset of. */
function windowOf(hours: CallingHours, fromMs: number): Window | null {
  const startMs = timeOfDayMs(hours.start);
  const endMs = timeOfDayMs(hours.end);
  if (startMs === null || endMs === null || startMs >= endMs) return null;
  if (hours.days.length === 0 || !isTimeZone(hours.timeZone) || !(Math.abs(fromMs) < 8e15)) return null;
  return {
    startMs,
    endMs,
    days: hours.days,
    timeZone: hours.timeZone,
    holidays: new Set(hours.holidays),
  };
}

interface Stretch {
  allowed: boolean;
  /** Later than the instant that was asked for. The next stretch may have the same answer. */
  untilMs: number;
}

function stretchAt(window: Window, atMs: number): Stretch {
  const offset = zoneOffsetMs(window.timeZone, atMs);
  const localMs = atMs + offset;
  const midnightMs = Math.floor(localMs / dayMs) * dayMs;
  const timeMs = localMs - midnightMs;
  const open = isOpenDay(window, midnightMs);
  const untilMs = midnightMs + (open ? nextBoundary(window, timeMs) : dayMs) - offset;
  return {
    allowed: open && timeMs >= window.startMs && timeMs < window.endMs,
    untilMs:
      zoneOffsetMs(window.timeZone, untilMs - 1) === offset
        ? untilMs
        : zoneOffsetChange(window.timeZone, atMs, untilMs),
  };
}

function nextBoundary(window: Window, timeMs: number): number {
  if (timeMs < window.startMs) return window.startMs;
  return timeMs < window.endMs ? window.endMs : dayMs;
}

/** `localMidnightMs` is a local date, written as if it were UTC. 1970-01-01 was a Thursday. */
function isOpenDay(window: Window, localMidnightMs: number): boolean {
  const weekday = weekdays[(((localMidnightMs / dayMs + 3) % 7) + 7) % 7];
  if (weekday === undefined || !window.days.includes(weekday)) return false;
  return (
    window.holidays.size === 0 || !window.holidays.has(new Date(localMidnightMs).toISOString().slice(0, 10))
  );
}
