import type { Purpose } from './call.ts';
import { nextAllowed, timeOfDayMs, weekdays, type CallingHours } from './calling-hours.ts';
import type { CallingHoursRequest } from './calling-hours-schema.ts';
import { ringingSpanMs } from './dialling-rules.ts';
import type { Fault } from '../fault.ts';

/** Times of day alone: the default of the configuration. */
export interface DefaultHours {
  readonly start: string;
  readonly end: string;
}

/** Reads `09:00-21:00`; null where it is not of this form, or would allow nothing. */
export function parseDefaultHours(text: string): DefaultHours | null {
  const [start, end, rest] = text.split('-');
  if (start === undefined || end === undefined || rest !== undefined) return null;
  return isInOrder({ start, end }) ? { start, end } : null;
}

export type ResolvedHours =
  { result: 'resolved'; hours: CallingHours } | { result: 'refused'; faults: Fault[] };

/**
 * The hours of one call. A promotional call may only narrow the default; a number of a country with several time zones
 * needs the zone in the request.
 *
 * @param person.timeZone the zone that follows from the number, or null
 */
export function resolveCallingHours(
  request: CallingHoursRequest,
  person: { defaults: DefaultHours; timeZone: string | null; purpose: Purpose },
): ResolvedHours {
  const start = request.start ?? person.defaults.start;
  const end = request.end ?? person.defaults.end;
  const timeZone = request.time_zone ?? person.timeZone;
  const faults: Fault[] = [];
  if (!isInOrder({ start, end }))
    faults.push({
      pointer: '/end',
      detail: `must be later than the start, ${start}; hours over midnight are not possible`,
    });
  if (person.purpose === 'promotional') faults.push(...wideningFaults({ start, end, timeZone }, person));
  if (timeZone === null)
    faults.push({
      pointer: '/time_zone',
      detail: 'is needed, because the country of this number has several time zones',
    });
  if (faults.length > 0 || timeZone === null) return { result: 'refused', faults };
  return {
    result: 'resolved',
    hours: { start, end, days: request.days ?? weekdays, timeZone, holidays: request.holidays ?? [] },
  };
}

/** What is wrong with hours that are to hold for many numbers, each in a zone of its own: those in which no phone could ring through among it. */
export function faultsOfSharedHours(
  request: CallingHoursRequest,
  { defaults, purpose, now }: { defaults: DefaultHours; purpose: Purpose; now: number },
): Fault[] {
  const timeZone = request.time_zone ?? 'UTC';
  const resolved = resolveCallingHours(request, { defaults, timeZone, purpose });
  if (resolved.result === 'refused') return resolved.faults;
  if (nextAllowed(resolved.hours, now, ringingSpanMs) !== null) return [];
  return [
    {
      pointer: '',
      detail: `must leave a time to call: the ${ringingSpanMs / 60_000} minutes that a phone may ring never fit into it`,
    },
  ];
}

/**
 * Hours of a call that waits, after a change for all calls of its campaign. Promotional ones stay within the default, in the person's own zone,
 * whatever the change says.
 */
export function changedHours(
  hours: CallingHours,
  change: CallingHoursRequest,
  call: { defaults: DefaultHours; purpose: Purpose },
): CallingHours {
  const changed: CallingHours = {
    start: change.start ?? hours.start,
    end: change.end ?? hours.end,
    days: change.days ?? hours.days,
    timeZone: change.time_zone ?? hours.timeZone,
    holidays: change.holidays ?? hours.holidays,
  };
  if (call.purpose !== 'promotional') return changed;
  const start = changed.start > call.defaults.start ? changed.start : call.defaults.start;
  const end = changed.end < call.defaults.end ? changed.end : call.defaults.end;
  return { ...changed, start, end, timeZone: hours.timeZone };
}

/** Fewer days and more holidays always narrow; so only the times and the zone can widen. */
function wideningFaults(
  hours: { start: string; end: string; timeZone: string | null },
  person: { defaults: DefaultHours; timeZone: string | null },
): Fault[] {
  const faults: Fault[] = [];
  const { defaults, timeZone } = person;
  const only = 'a promotional call may only narrow the default hours';
  if (hours.start < defaults.start)
    faults.push({ pointer: '/start', detail: `must not be before ${defaults.start}: ${only}` });
  if (hours.end > defaults.end)
    faults.push({ pointer: '/end', detail: `must not be after ${defaults.end}: ${only}` });
  if (timeZone !== null && hours.timeZone !== timeZone)
    faults.push({ pointer: '/time_zone', detail: `must be ${timeZone}, the person's own: ${only}` });
  return faults;
}

/** Whether both are times and the end comes after the start. Hours over midnight are not possible. */
function isInOrder(hours: DefaultHours): boolean {
  const startMs = timeOfDayMs(hours.start);
  const endMs = timeOfDayMs(hours.end);
  return startMs !== null && endMs !== null && startMs < endMs;
}
