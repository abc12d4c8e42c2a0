import { expect, it } from 'vitest';
import type { CallingHours } from '../../../src/domain/calls/calling-hours.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import { estimateEnd, type EstimateFacts } from '../../../src/domain/campaigns/estimate-end.ts';

const hourMs = 3_600_000;
const hours: CallingHours = {
  start: '09:00',
  end: '21:00',
  days: weekdays,
  timeZone: 'Asia/Kolkata',
  holidays: ['2026-08-15'],
};
/** 10:00 in India. */
const now = Date.parse('2026-08-13T04:30:00Z');

const facts: EstimateFacts = {
  now,
  open: 3_600,
  startsAt: null,
  endsAt: null,
  ended: 0,
  spanMs: 15 * 60_000,
  mostPerSecond: 1,
  hours,
};

it.each<[string, Partial<EstimateFacts>, string | null, string | null, boolean | null]>([
  ['at the pace alone, before anything was measured', {}, '2026-08-13T05:30:00.000Z', 'configured', null],
  ['at the speed that was measured', { ended: 450 }, '2026-08-13T06:30:00.000Z', 'measured', null],
  [
    'at the pace alone, where too little was measured',
    { ended: 19 },
    '2026-08-13T05:30:00.000Z',
    'configured',
    null,
  ],
  ['over a night and a holiday', { open: 13 * 3_600 }, '2026-08-14T05:30:00.000Z', 'configured', null],
  ['over the holiday', { open: 23.5 * 3_600 }, '2026-08-16T04:00:00.000Z', 'configured', null],
  ['from its start', { startsAt: now + hourMs }, '2026-08-13T06:30:00.000Z', 'configured', null],
  ['inside its window', { endsAt: now + hourMs }, '2026-08-13T05:30:00.000Z', 'configured', true],
  ['too late for its window', { endsAt: now + hourMs - 1 }, '2026-08-13T05:30:00.000Z', 'configured', false],
  ['now, with no call left', { open: 0 }, new Date(now).toISOString(), null, null],
  ['never, where the hours are not known', { hours: null }, null, null, null],
  ['never, where nothing can be dialled', { mostPerSecond: 0 }, null, null, null],
])('ends %s', (_, changes, finishesAt, basis, insideWindow) => {
  const estimate = estimateEnd({ ...facts, ...changes });
  expect({
    ...estimate,
    finishesAt: estimate.finishesAt && new Date(estimate.finishesAt).toISOString(),
  }).toEqual({
    finishesAt,
    basis,
    insideWindow,
  });
});
