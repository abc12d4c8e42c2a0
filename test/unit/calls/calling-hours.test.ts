import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAllowed,
  nextAllowed,
  weekdays,
  type CallingHours,
} from '../../../src/domain/calls/calling-hours.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const everyDay: CallingHours = {
  start: '09:00',
  end: '21:00',
  days: weekdays,
  timeZone: 'Asia/Kolkata',
  holidays: [],
};
const at = (text: string): number => Date.parse(text);

describe('isAllowed', () => {
  const cases: [string, Partial<CallingHours>, string, string, boolean][] = [
    ['begins with the start of the day', {}, '2026-03-02T09:00:00+05:30', '2026-03-02T09:01:00+05:30', true],
    ['refuses a millisecond before', {}, '2026-03-02T08:59:59.999+05:30', '2026-03-02T09:01:00+05:30', false],
    [
      'lets ringing end with the end of the day',
      {},
      '2026-03-02T20:59:00+05:30',
      '2026-03-02T21:00:00+05:30',
      true,
    ],
    ['refuses ringing over the end', {}, '2026-03-02T20:59:00+05:30', '2026-03-02T21:00:00.001+05:30', false],
    [
      'refuses a day that is not listed',
      { days: ['tue'] },
      '2026-03-02T12:00:00+05:30',
      '2026-03-02T12:01:00+05:30',
      false,
    ],
    [
      'allows a day that is listed',
      { days: ['mon'] },
      '2026-03-02T12:00:00+05:30',
      '2026-03-02T12:01:00+05:30',
      true,
    ],
    [
      'refuses a holiday',
      { holidays: ['2026-03-02'] },
      '2026-03-02T12:00:00+05:30',
      '2026-03-02T12:01:00+05:30',
      false,
    ],
    [
      'has no seam at midnight when all day',
      { start: '00:00', end: '24:00' },
      '2026-03-02T23:59:50+05:30',
      '2026-03-03T00:00:30+05:30',
      true,
    ],
    [
      'has one before a holiday',
      { start: '00:00', end: '24:00', holidays: ['2026-03-03'] },
      '2026-03-02T23:59:50+05:30',
      '2026-03-03T00:00:30+05:30',
      false,
    ],
    [
      'knows zones of 45 minutes',
      { timeZone: 'Asia/Kathmandu' },
      '2026-03-02T09:00:00+05:45',
      '2026-03-02T09:01:00+05:45',
      true,
    ],
    [
      'knows them to the minute',
      { timeZone: 'Asia/Kathmandu' },
      '2026-03-02T08:59:00+05:45',
      '2026-03-02T09:00:00+05:45',
      false,
    ],
    // New York skips 02:00 to 03:00 on 2026-03-08, and repeats 01:00 to 02:00 on 2026-11-01
    [
      'begins after a gap that swallows the start',
      { timeZone: 'America/New_York', start: '02:30' },
      '2026-03-08T03:00:00-04:00',
      '2026-03-08T03:01:00-04:00',
      true,
    ],
    [
      'does not begin before such a gap',
      { timeZone: 'America/New_York', start: '02:30' },
      '2026-03-08T01:59:59-05:00',
      '2026-03-08T03:01:00-04:00',
      false,
    ],
    [
      'ends with a gap that swallows the end',
      { timeZone: 'America/New_York', start: '00:00', end: '02:30' },
      '2026-03-08T01:50:00-05:00',
      '2026-03-08T03:10:00-04:00',
      false,
    ],
    [
      'never allows hours that a gap swallows whole',
      { timeZone: 'America/New_York', start: '02:10', end: '02:50' },
      '2026-03-08T03:00:00-04:00',
      '2026-03-08T03:01:00-04:00',
      false,
    ],
    [
      'allows repeated hours the first time',
      { timeZone: 'America/New_York', start: '01:00', end: '01:30' },
      '2026-11-01T01:10:00-04:00',
      '2026-11-01T01:20:00-04:00',
      true,
    ],
    [
      'and the second time',
      { timeZone: 'America/New_York', start: '01:00', end: '01:30' },
      '2026-11-01T01:10:00-05:00',
      '2026-11-01T01:20:00-05:00',
      true,
    ],
    [
      'but not what lies between',
      { timeZone: 'America/New_York', start: '01:00', end: '01:30' },
      '2026-11-01T01:10:00-04:00',
      '2026-11-01T01:20:00-05:00',
      false,
    ],
  ];
  it.each(cases)('%s', (_name, hours, from, until, expected) => {
    expect(isAllowed({ ...everyDay, ...hours }, at(from), at(until))).toBe(expected);
  });

  const noon = at('2026-03-02T12:00:00+05:30');
  const wrong: [string, Partial<CallingHours>, number, number][] = [
    ['no days', { days: [] }, noon, noon],
    ['an end before the start', { start: '21:00', end: '09:00' }, noon, noon],
    ['an end at the start', { start: '12:00', end: '12:00' }, noon, noon],
    ['a time that is none', { end: '25:00' }, noon, noon],
    ['a zone that is none', { timeZone: 'Asia/Calcuta' }, noon, noon],
    ['an offset for a zone', { timeZone: '+05:30' }, noon, noon],
    ['a span that runs backwards', {}, noon, noon - 1],
    ['a span without a number', {}, noon, NaN],
    ['an instant beyond all calendars', {}, 8.64e15, 8.64e15],
    ['an instant without a number', {}, NaN, noon],
  ];
  it.each(wrong)('allows nothing with %s', (_name, hours, from, until) => {
    expect(isAllowed({ ...everyDay, ...hours }, from, until)).toBe(false);
    expect(nextAllowed({ ...everyDay, ...hours }, from, until - from)).toBeNull();
  });
});

describe('nextAllowed', () => {
  const cases: [string, Partial<CallingHours>, string, number, string | null][] = [
    ['is now, inside the hours', {}, '2026-03-02T12:00:00+05:30', minuteMs, '2026-03-02T12:00:00+05:30'],
    ['is the start, before it', {}, '2026-03-02T03:00:00+05:30', minuteMs, '2026-03-02T09:00:00+05:30'],
    [
      'is tomorrow, where ringing would not end in time',
      {},
      '2026-03-02T20:59:30+05:30',
      minuteMs,
      '2026-03-03T09:00:00+05:30',
    ],
    [
      'passes over days and holidays',
      { days: ['mon'], holidays: ['2026-03-09'] },
      '2026-03-02T22:00:00+05:30',
      minuteMs,
      '2026-03-16T09:00:00+05:30',
    ],
    [
      'is the end of a gap that swallows the start',
      { timeZone: 'America/New_York', start: '02:30' },
      '2026-03-08T01:00:00-05:00',
      minuteMs,
      '2026-03-08T03:00:00-04:00',
    ],
    ['is never, for a span longer than a day has hours', {}, '2026-03-02T12:00:00+05:30', 13 * hourMs, null],
  ];
  it.each(cases)('%s', (_name, hours, from, spanMs, expected) => {
    expect(nextAllowed({ ...everyDay, ...hours }, at(from), spanMs)).toBe(
      expected === null ? null : at(expected),
    );
  });
});

/** What the clock on the wall shows, minute by minute, as Intl tells it: slow, and made of nothing that the code under test uses. */
function createOracle(hours: CallingHours): (minute: number) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: hours.timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (instant) => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const time = `${part['hour']}:${part['minute']}`;
    const open = hours.days.some((day) => day === part['weekday']?.toLowerCase());
    const holiday = hours.holidays.includes(`${part['year']}-${part['month']}-${part['day']}`);
    return open && !holiday && time >= hours.start && time < hours.end;
  };
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

// Clocks change in the small hours: half of the times are there, and half of the instants close to a change.
const time = fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.integer({ min: 0, max: 240 }));
const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const someHours = fc.record({
  times: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(time, time).filter(([a, b]) => a !== b) },
    { weight: 1, arbitrary: fc.constant<[number, number]>([0, 1440]) },
  ),
  days: fc.subarray([...weekdays], { minLength: 1 }),
  timeZone: fc.constantFrom(...zones),
  holidayOffsets: fc.array(fc.integer({ min: -2, max: 3 }), { maxLength: 2 }),
});
const someInstant = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...changes),
      fc.integer({ min: at('2020-01-01T00:00Z'), max: at('2030-01-01T00:00Z') }),
    ),
    fc.oneof(fc.integer({ min: -1440, max: 1440 }), fc.integer({ min: -180, max: 120 })),
  )
  .map(([base, minutes]) => Math.floor(base / minuteMs) * minuteMs + minutes * minuteMs);

function hoursOf(
  some: { times: [number, number]; days: CallingHours['days']; timeZone: string; holidayOffsets: number[] },
  near: number,
): CallingHours {
  const [a, b] = some.times;
  const holidays = some.holidayOffsets.map((days) =>
    new Date(near + days * dayMs).toISOString().slice(0, 10),
  );
  return {
    start: clockText(Math.min(a, b)),
    end: clockText(Math.max(a, b)),
    days: some.days,
    timeZone: some.timeZone,
    holidays,
  };
}

describe('against the clock on the wall', () => {
  it('isAllowed says what every minute of the span says', () => {
    fc.assert(
      fc.property(someHours, someInstant, fc.integer({ min: 1, max: 180 }), (some, from, minutes) => {
        const hours = hoursOf(some, from);
        const oracle = createOracle(hours);
        const everyMinute = Array.from({ length: minutes }, (_, index) => oracle(from + index * minuteMs));
        expect(isAllowed(hours, from, from + minutes * minuteMs)).toBe(everyMinute.every(Boolean));
      }),
      { numRuns: 3000 },
    );
  });

  it('nextAllowed finds the first minute from which the span fits', () => {
    fc.assert(
      fc.property(someHours, someInstant, fc.integer({ min: 1, max: 20 }), (some, from, minutes) => {
        const hours = hoursOf(some, from);
        const oracle = createOracle(hours);
        const found = nextAllowed(hours, from, minutes * minuteMs);
        const limit = Math.min(found ?? Infinity, from + 2 * dayMs);
        let run = 0;
        // No minute before the one that was found is the beginning of a span that fits.
        for (let minute = from; minute < limit; minute += minuteMs) {
          run = oracle(minute) ? run + 1 : 0;
          if (run >= minutes) expect(minute - (run - 1) * minuteMs).toBe(found);
        }
        if (found !== null) expect(isAllowed(hours, found, found + minutes * minuteMs)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
