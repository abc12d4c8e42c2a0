import { nextAllowed, timeOfDayMs, type CallingHours } from './calling-hours.ts';
import { zoneOffsetMs } from './zone-offset.ts';

/**
 * The allowed hours of a day in three parts of one length, on whole minutes: 09:00 to 21:00 is a morning (to 13:00), an afternoon (to 17:00) and
 * an evening. Who does not take the phone at one part of the day may at another; at the same hour it mostly comes to the same.
 */
const partsOfDay = 3;
/** Hours shorter than this are one part: half an hour later is no other part of anybody's day. */
const shortestPartMs = 3_600_000;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * The first instant from `dueAt` on at which the person may be called in a part of the day in which they were not tried; null where there is none
 * before `notAfter`, or they were tried in all parts.
 */
export function inAnotherPart(
  hours: CallingHours,
  {
    dueAt,
    notAfter,
    spanMs,
    triedAt,
  }: { dueAt: number; notAfter: number; spanMs: number; triedAt: readonly number[] },
): number | null {
  const untried = partsOf(hours).filter((part) => !triedAt.some((at) => isIn(part, at)));
  const instants = untried.flatMap((part) => nextAllowed(part, dueAt, spanMs) ?? []);
  const first = Math.min(...instants);
  return first <= notAfter ? first : null;
}

function partsOf(hours: CallingHours): CallingHours[] {
  const startMs = timeOfDayMs(hours.start);
  const endMs = timeOfDayMs(hours.end);
  if (startMs === null || endMs === null) return [];
  if ((endMs - startMs) / partsOfDay < shortestPartMs) return [hours];
  const bounds = Array.from({ length: partsOfDay + 1 }, (_, index) =>
    timeOf(startMs + ((endMs - startMs) * index) / partsOfDay),
  );
  return bounds.slice(1).map((end, index) => ({ ...hours, start: bounds[index] ?? hours.start, end }));
}

/** `HH:MM` of milliseconds from midnight, on whole minutes. */
function timeOf(timeMs: number): string {
  const minutes = Math.floor(timeMs / minuteMs);
  return [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, '0')).join(':');
}

/** By the clock alone: an attempt of another weekday tells as much. */
function isIn(part: CallingHours, at: number): boolean {
  const localMs = (((at + zoneOffsetMs(part.timeZone, at)) % dayMs) + dayMs) % dayMs;
  return localMs >= (timeOfDayMs(part.start) ?? 0) && localMs < (timeOfDayMs(part.end) ?? 0);
}
