import { Temporal } from 'temporal-polyfill';

/**
 * Since 1973 no zone has changed its clocks but on a whole minute of UTC. (Coarser would be wrong: St. John's did at a minute past midnight until 2011,
 * Casey in Antarctica in 2022.)
 */
const minuteMs = 60_000;
const minutesFromMs = Date.UTC(1973, 0, 1);

/** By zone, then by minute. Asking Temporal costs some 10 µs, and an upload of 100,000 rows asks several times a row for the same minute. */
const known = new Map<string, Map<number, number>>();
const mostKnownZones = 600;
const mostKnownMinutes = 2_000;

/** Milliseconds that the zone's clocks are ahead of UTC at this instant. Throws RangeError for a zone that is none. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  if (!(atMs >= minutesFromMs)) return lookUpOffsetMs(timeZone, atMs);
  const minute = Math.floor(atMs / minuteMs);
  const ofZone = known.get(timeZone);
  const offsetMs = ofZone?.get(minute) ?? lookUpOffsetMs(timeZone, minute * minuteMs);
  remember(timeZone, { minute, offsetMs });
  return offsetMs;
}

function remember(timeZone: string, { minute, offsetMs }: { minute: number; offsetMs: number }): void {
  const ofZone = known.get(timeZone) ?? new Map<number, number>();
  if (ofZone.has(minute)) return;
  if (ofZone.size >= mostKnownMinutes) ofZone.clear();
  if (known.size >= mostKnownZones) known.clear();
  known.set(timeZone, ofZone.set(minute, offsetMs));
}

function lookUpOffsetMs(timeZone: string, atMs: number): number {
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
  if (known.has(name)) return true;
  try {
    lookUpOffsetMs(name, 0);
    return true;
  } catch {
    return false;
  }
}
