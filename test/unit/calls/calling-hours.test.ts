import { describe, expect, it } from 'vitest';
import {
  afterAllowedTime,
  isAllowed,
  nextAllowed,
  weekdays,
  type CallingHours,
} from '../../../src/domain/calls/calling-hours.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

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
      'takes an empty span for its instant, inside the day',
      {},
      '2026-03-02T20:59:59.999+05:30',
      '2026-03-02T20:59:59.999+05:30',
      true,
    ],
    ['and at its end, which is outside', {}, '2026-03-02T21:00:00+05:30', '2026-03-02T21:00:00+05:30', false],
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
    [
      'a span longer than anybody looks ahead',
      { start: '00:00', end: '24:00' },
      noon,
      noon + 801 * 24 * hourMs,
    ],
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
      'is now, where ringing would end with the day',
      {},
      '2026-03-02T20:59:00+05:30',
      minuteMs,
      '2026-03-02T20:59:00+05:30',
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

describe('afterAllowedTime', () => {
  const cases: [string, Partial<CallingHours>, string, number, string | null][] = [
    ['counts what is left of the day', {}, '2026-03-02T12:00:00+05:30', hourMs, '2026-03-02T13:00:00+05:30'],
    [
      'comes with the end of the day, where that is just enough',
      {},
      '2026-03-02T20:00:00+05:30',
      hourMs,
      '2026-03-02T21:00:00+05:30',
    ],
    ['goes on the next morning', {}, '2026-03-02T20:00:00+05:30', 2 * hourMs, '2026-03-03T10:00:00+05:30'],
    ['never comes where nothing is allowed', { days: [] }, '2026-03-02T12:00:00+05:30', hourMs, null],
    ['never comes within two years', {}, '2026-03-02T12:00:00+05:30', 801 * 12 * hourMs, null],
  ];
  it.each(cases)('%s', (_name, hours, from, spanMs, expected) => {
    expect(afterAllowedTime({ ...everyDay, ...hours }, at(from), spanMs)).toBe(
      expected === null ? null : at(expected),
    );
  });
});
