import { Temporal } from 'temporal-polyfill';

/** Since 1980 no zone has changed its clocks but on a quarter of an hour of UTC. */
const quarterMs = 15 * 60_000;
const quartersFromMs = Date.UTC(1980, 0, 1);

/** By zone, then by quarter. Asking Temporal costs some 10 µs, and an upload of 100,000 rows asks several times a row for the same quarter. */
const known = new Map<string, Map<number, number>>();
const mostKnownZones = 600;
const mostKnownQuarters = 2_000;

/** Milliseconds that the zone's clocks are ahead of UTC at this instant. Throws RangeError for a zone that is none. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  if (!(atMs >= quartersFromMs)) return lookUpOffsetMs(timeZone, atMs);
  const quarter = Math.floor(atMs / quarterMs);
  const ofZone = known.get(timeZone);
  const offsetMs = ofZone?.get(quarter) ?? lookUpOffsetMs(timeZone, quarter * quarterMs);
  remember(timeZone, { quarter, offsetMs });
  return offsetMs;
}

function remember(timeZone: string, { quarter, offsetMs }: { quarter: number; offsetMs: number }): void {
  const ofZone = known.get(timeZone) ?? new Map<number, number>();
  if (ofZone.has(quarter)) return;
  if (ofZone.size >= mostKnownQuarters) ofZone.clear();
  if (known.size >= mostKnownZones) known.clear();
  known.set(timeZone, ofZone.set(quarter, offsetMs));
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
