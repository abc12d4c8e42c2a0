import { assert } from '../lib/assert.ts';

/** A day in UTC, `YYYY-MM-DD`: what events and settled deliveries are partitioned by. */
export type Day = string & { readonly __unit: 'day' };

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
export const dayMs = 24 * 60 * 60 * 1000;

export function dayOf(atMs: number): Day {
  return new Date(atMs).toISOString().slice(0, 10) as Day;
}

/** The day on which an event's id was made: the first ten characters after the prefix are milliseconds since 1970, see `ids.ts`. */
export function dayOfEvent(id: string): Day {
  const atMs = idInstant(id);
  if (Math.floor(atMs / dayMs) !== lately.days) lately = { days: Math.floor(atMs / dayMs), day: dayOf(atMs) };
  return lately.day;
}

/** Nearly always the same: events are written on the day on which they were made. */
let lately = { days: 0, day: dayOf(0) };

/** Milliseconds since 1970, from an id of the form of `ids.ts`. */
function idInstant(id: string): number {
  const start = id.indexOf('_') + 1;
  const text = id.slice(start, start + 10);
  assert(start > 0 && /^[0-7][0-9a-hjkmnp-tv-z]{9}$/.test(text), `an id begins with its instant: ${id}`);
  let instantMs = 0;
  for (const digit of text) instantMs = instantMs * 32 + alphabet.indexOf(digit);
  return instantMs;
}
