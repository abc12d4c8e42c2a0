import { Temporal } from 'temporal-polyfill';

/** Milliseconds that the zone's clocks are ahead of UTC at this instant. Throws RangeError for a zone that is none. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs));
  return instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** The instant in (fromMs, untilMs] at which the zone's offset changes from what it is at `fromMs`; the span holds one change at most. */
export function zoneOffsetChange(timeZone: string, fromMs: number, untilMs: number): number {
  const before = zoneOffsetMs(timeZone, fromMs);
  let low = Math.floor(fromMs);
  let high = untilMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetMs(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether there is a zone of this name. Bare offsets such as `+05:30` are no names: they know nothing of daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false;
  try {
    zoneOffsetMs(name, 0);
    return true;
  } catch {
    return false;
  }
}
