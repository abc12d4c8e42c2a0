import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import {
  isAllowed,
  nextAllowed,
  timeOfDayMs,
  weekdays,
  type CallingHours,
} from '../../../src/domain/calls/calling-hours.ts';
import { decideDialling } from '../../../src/domain/calls/decide-dialling.ts';
import { ringingSpanMs } from '../../../src/domain/calls/dialling-rules.ts';
import { paceOf } from '../../../src/domain/calls/pace.ts';
import { decideClaim } from '../../../src/workflows/decide-claim.ts';
import { sampleCall, sampleIds } from '../../support/sample-call.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const at = (text: string): number => Date.parse(text);

/**
 * What the clock on the wall shows, as Intl tells it, which nothing of the code under test uses. Between two quarters of an hour of UTC no clock is changed,
 * so that Intl is asked for the quarters alone.
 */
class WallClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #quarters = new Map<number, { date: string; day: string; minuteOfDay: number }>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, weekday: 'short', hourCycle: 'h23' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    });
  }

  /** Whether the hours allow the minute that begins at this instant. */
  allows(hours: CallingHours, instant: number): boolean {
    const { date, day, minuteOfDay } = this.#at(Math.floor(instant / quarterMs));
    const timeMs = minuteOfDay * minuteMs + (instant % quarterMs);
    return (
      hours.days.some((each) => each === day) &&
      !hours.holidays.includes(date) &&
      timeMs >= (timeOfDayMs(hours.start) ?? NaN) &&
      timeMs < (timeOfDayMs(hours.end) ?? NaN)
    );
  }

  #at(quarter: number) {
    const known = this.#quarters.get(quarter);
    if (known !== undefined) return known;
    // «Sun, 08/03/2026, 03:15»
    const [day = '', date = '', time = ''] = this.#format.format(quarter * quarterMs).split(', ');
    const [hour = '', minute = ''] = time.split(':');
    const seen = {
      date: date.split('/').reverse().join('-'),
      day: day.toLowerCase(),
      minuteOfDay: Number(hour) * 60 + Number(minute),
    };
    this.#quarters.set(quarter, seen);
    return seen;
  }
}
const quarterMs = 15 * minuteMs;
const wallClocks = new Map<string, WallClock>();
function wallClockOf(timeZone: string): WallClock {
  const clock = wallClocks.get(timeZone) ?? new WallClock(timeZone);
  wallClocks.set(timeZone, clock);
  return clock;
}

const zones = [
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Tehran',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'UTC',
];
/** Changes of clocks: of the zones above, and a day that Samoa left out. */
const changes = [
  '2026-03-08T07:00Z',
  '2026-11-01T06:00Z',
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-04-04T15:00Z',
  '2026-10-03T15:30Z',
  '2018-11-04T03:00Z',
  '2018-02-18T02:00Z',
  '2011-12-30T10:00Z',
].map(at);

/** Drawn once: days of ordinary time, beside those on which clocks change. */
const days = new SeededRandom(7);
const ordinary = Array.from(
  { length: 40 },
  () =>
    Math.floor((at('2020-01-01T00:00Z') + days.integer(0, 3_650 * 24 * 60) * minuteMs) / minuteMs) * minuteMs,
);

// Clocks change in the small hours: half of the times are there, and half of the instants close to a change.
function someHours(random: SeededRandom, near: number): CallingHours {
  const time = (): number => random.integer(0, random.chance(0.5) ? 1440 : 240);
  const [a, b] = random.chance(0.2) ? [0, 1440] : [time(), time()];
  const holidays = random.chance(0.5)
    ? []
    : [new Date(near + random.integer(-2, 3) * dayMs).toISOString().slice(0, 10)];
  return {
    start: clockText(Math.min(a, b)),
    end: clockText(Math.max(a, b === a ? b + 1 : b)),
    days: random.chance(0.4) ? weekdays : weekdays.filter(() => random.chance(0.6)),
    timeZone: random.pick(zones),
    holidays,
  };
}

function someInstant(random: SeededRandom): number {
  const base = random.chance(0.5) ? random.pick(changes) : random.pick(ordinary);
  const minutes = random.chance(0.5) ? random.integer(-1440, 1440) : random.integer(-180, 120);
  return Math.floor(base / minuteMs) * minuteMs + minutes * minuteMs;
}

function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Whether every minute of the span is allowed. */
function allowsAll(hours: CallingHours, from: number, untilMs: number): boolean {
  const clock = wallClockOf(hours.timeZone);
  for (let minute = from; minute < untilMs; minute += minuteMs)
    if (!clock.allows(hours, minute)) return false;
  return clock.allows(hours, untilMs - 1);
}

const told = (hours: CallingHours, from: number): string => `${JSON.stringify(hours)} from ${from}`;

describe('calling hours against the clock on the wall', () => {
  it('allow what every minute of the span allows, in 100,000 cases', () => {
    const random = new SeededRandom(1);
    let allowed = 0;
    for (let each = 0; each < 100_000; each += 1) {
      const from = someInstant(random);
      const hours = someHours(random, from);
      const untilMs = from + random.integer(1, 180) * minuteMs;
      const expected = allowsAll(hours, from, untilMs);
      if (isAllowed(hours, from, untilMs) !== expected)
        expect.fail(`${expected ? 'refused' : 'allowed'}: ${told(hours, from)} to ${untilMs}`);
      if (expected) allowed += 1;
    }
    expect(allowed).toBeGreaterThan(10_000);
  });

  it('find the first minute from which the span fits', () => {
    const random = new SeededRandom(2);
    for (let each = 0; each < 3_000; each += 1) {
      const from = someInstant(random);
      const hours = someHours(random, from);
      const spanMs = random.integer(1, 20) * minuteMs;
      const found = nextAllowed(hours, from, spanMs);
      const limit = Math.min(found ?? Infinity, from + 2 * dayMs);
      const clock = wallClockOf(hours.timeZone);
      let run = 0;
      // No minute before the one that was found is the beginning of a span that fits.
      for (let minute = from; minute < limit; minute += minuteMs) {
        run = clock.allows(hours, minute) ? run + 1 : 0;
        if (run * minuteMs >= spanMs && minute - (run - 1) * minuteMs !== found)
          expect.fail(`not found: ${told(hours, from)}`);
      }
      if (found !== null && !allowsAll(hours, found, found + spanMs))
        expect.fail(`found where it does not fit: ${told(hours, from)}`);
    }
  });
});

describe('an attempt whose clock is put forward and back between claim and INVITE', () => {
  const pace = paceOf(1);
  const example = sampleCall();
  const attemptId = sampleIds.newId('att');

  /** What a process does from the claim on, by a clock that jumps while it waits. The instant of the INVITE, or null. */
  function dialledAt(call: Call, random: SeededRandom, claimedAt: number): number | null {
    const ofTrunk = { trunk: 'a', lease: { asterisk: 'a', epoch: 1 }, callerId: null, legLimitMs: hourMs };
    const facts = { attemptId, ...ofTrunk, frequencyCap: null };
    const sendAt = claimedAt + random.integer(0, 1_000);
    const claim = decideClaim(call, { ...facts, now: claimedAt, sendAt, optOuts: [], rangAt: [] });
    if (claim.result !== 'moved' || claim.call.state.status !== 'dialing') return null;
    let now = claimedAt;
    for (let instant = sendAt, turns = 0; turns < 20; turns += 1) {
      const decision = decideDialling(call, { pace, sendAt: instant, now });
      if (decision.do === 'dial') return now;
      if (decision.do === 'give_back') return null;
      if (decision.do === 'take_another_instant') instant = now + random.integer(0, 900);
      else expect(decision.waitMs).toBeLessThanOrEqual(minuteMs);
      now += decision.do === 'wait' ? decision.waitMs : 0;
      if (random.chance(0.3)) now += jump(random);
    }
    return null;
  }

  function jump(random: SeededRandom): number {
    const most = random.pick([2_000, 10 * minuteMs, 2 * hourMs, 30 * hourMs]);
    return random.integer(-most, most);
  }

  it('rings inside the hours and before the end of its time, or not at all, in 100,000 cases', () => {
    const random = new SeededRandom(3);
    let dialled = 0;
    for (let each = 0; each < 100_000; each += 1) {
      const from = someInstant(random);
      const callingHours = {
        ...someHours(random, from),
        ...{ start: clockText(random.integer(0, 600)), end: clockText(random.integer(900, 1440)) },
      };
      const notAfter = from + random.integer(0, 26) * hourMs;
      const call = { ...example, callingHours, notAfter };
      const ringsAt = dialledAt(call, random, from);
      if (ringsAt === null) continue;
      dialled += 1;
      if (ringsAt > notAfter + pace.latenessMs || !allowsAll(callingHours, ringsAt, ringsAt + ringingSpanMs))
        expect.fail(`${told(callingHours, from)} is dialled at ${ringsAt}`);
    }
    expect(dialled).toBeGreaterThan(10_000);
    expect(dialled).toBeLessThan(90_000);
  });
});
