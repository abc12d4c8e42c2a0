import { describe, expect, it } from 'vitest';
import { flowAt, isOpen, resolveOpeningHours } from '../../../src/domain/lines/line-hours.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import { callBackOf } from '../../../src/domain/lines/missed-call.ts';
import type { AnsweredLine, LineNumber } from '../../../src/domain/lines/line.ts';

const number = '+911412345678' as LineNumber;
/** A Wednesday; India is 5:30 ahead. */
const noon = Date.parse('2026-11-18T06:30:00Z');
const night = Date.parse('2026-11-18T20:00:00Z');

function line(changes: Partial<Extract<LineRequest, { mode: 'answer' }>> = {}): AnsweredLine {
  const request: LineRequest = { mode: 'answer', flow: 'helpline', ...changes };
  return lineOf(number, request, { createdAt: 0, changedAt: 0 }) as AnsweredLine;
}

const office = { start: '09:00', end: '18:00' };

describe('the opening hours of a line', () => {
  it.each([
    { it: 'open at noon of its own zone', hours: office, at: noon, open: true },
    { it: 'closed at night', hours: office, at: night, open: false },
    { it: 'closed at the minute of its end', hours: { end: '12:00' }, at: noon, open: false },
    { it: 'open at the minute of its start', hours: { start: '12:00' }, at: noon, open: true },
    {
      it: 'closed on days that are not among them',
      hours: { days: ['mon' as const] },
      at: noon,
      open: false,
    },
    { it: 'closed on a holiday', hours: { ...office, holidays: ['2026-11-18'] }, at: noon, open: false },
    {
      it: 'open by the zone that it names',
      hours: { ...office, time_zone: 'America/New_York' },
      at: night,
      open: true,
    },
    {
      it: 'closed where they contradict themselves',
      hours: { start: '18:00', end: '09:00' },
      at: noon,
      open: false,
    },
  ])('are $it', ({ hours, at, open }) => {
    expect(isOpen(line({ opening_hours: hours }), at)).toBe(open);
  });

  it('are all hours where there are none', () => {
    expect([noon, night].map((at) => isOpen(line(), at))).toEqual([true, true]);
  });

  it('are of the whole day where they name days alone, to its last minute', () => {
    const lastMinute = Date.parse('2026-11-18T18:29:30Z');
    const days = line({ opening_hours: { days: ['wed'] } });
    expect([isOpen(days, lastMinute), isOpen(days, lastMinute + 30_000)]).toEqual([true, false]);
  });

  it('need a zone where the country of the line has several, or none', () => {
    expect(resolveOpeningHours('+12025550123' as LineNumber, office)).toMatchObject({
      result: 'refused',
      faults: [{ pointer: '/time_zone' }],
    });
    expect(resolveOpeningHours(number, office)).toMatchObject({ result: 'resolved' });
  });

  it('choose what is heard', () => {
    const closed = line({ opening_hours: office, closed_flow: 'closed' });
    expect([noon, night].map((at) => flowAt(closed, at))).toEqual(['helpline', 'closed']);
    expect(flowAt(line({ opening_hours: office }), night)).toBeNull();
  });

  it('are those in which somebody is called back whom nobody could answer', () => {
    const full = line({ opening_hours: office, full: 'call_back' });
    expect(callBackOf(full, noon)).toMatchObject({ flow: 'helpline' });
    expect(callBackOf(full, night)).toBeNull();
    expect(callBackOf(line({ full: 'busy' }), noon)).toBeNull();
  });
});
