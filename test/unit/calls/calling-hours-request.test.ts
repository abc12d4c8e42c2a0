import { describe, expect, it } from 'vitest';
import {
  changedHours,
  faultsOfSharedHours,
  parseDefaultHours,
  resolveCallingHours,
} from '../../../src/domain/calls/calling-hours-request.ts';
import {
  callingHoursSchema,
  type CallingHoursRequest,
} from '../../../src/domain/calls/calling-hours-schema.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';

describe('parseDefaultHours', () => {
  it.each([
    ['09:00-21:00', { start: '09:00', end: '21:00' }],
    ['00:00-24:00', { start: '00:00', end: '24:00' }],
  ])('reads %s', (text, hours) => {
    expect(parseDefaultHours(text)).toEqual(hours);
  });

  it.each([
    '',
    '09:00',
    '9:00-21:00',
    '21:00-09:00',
    '09:00-09:00',
    '09:00-25:00',
    '24:00-24:00',
    '09:00-21:00-22:00',
    ' 09:00-21:00',
  ])('refuses «%s»', (text) => {
    expect(parseDefaultHours(text)).toBeNull();
  });
});

describe('callingHoursSchema', () => {
  it.each([
    { start: '9:00' },
    { start: '24:00' },
    { end: '24:01' },
    { days: [] },
    { days: ['monday'] },
    { time_zone: 'India' },
    { time_zone: '+05:30' },
    { holidays: ['2026-02-30'] },
    { timezone: 'Asia/Kolkata' },
  ])('refuses %j', (request) => {
    expect(callingHoursSchema.safeParse(request).success).toBe(false);
  });

  it('accepts the example of the contract', () => {
    const example = {
      start: '09:00',
      end: '21:00',
      days: ['mon'],
      time_zone: 'Asia/Kolkata',
      holidays: ['2026-08-15'],
    };
    expect(callingHoursSchema.parse(example)).toEqual(example);
  });
});

describe('resolveCallingHours', () => {
  const person = {
    defaults: { start: '09:00', end: '21:00' },
    timeZone: 'Asia/Kolkata',
    purpose: 'service' as const,
  };

  it('fills in the defaults and the zone of the person', () => {
    expect(resolveCallingHours({}, person)).toEqual({
      result: 'resolved',
      hours: { start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] },
    });
  });

  it('lets a service call widen, and a promotional one narrow', () => {
    expect(resolveCallingHours({ start: '00:00', end: '24:00', time_zone: 'UTC' }, person).result).toBe(
      'resolved',
    );
    expect(
      resolveCallingHours(
        { start: '10:00', end: '18:00', days: ['mon'] },
        { ...person, purpose: 'promotional' },
      ).result,
    ).toBe('resolved');
  });

  const refused: [
    string,
    CallingHoursRequest,
    Partial<Parameters<typeof resolveCallingHours>[1]>,
    string[],
  ][] = [
    ['an end before the start that is left out', { end: '08:00' }, {}, ['/end']],
    ['hours over midnight', { start: '21:00', end: '09:00' }, {}, ['/end']],
    ['no zone where the country has several', {}, { timeZone: null }, ['/time_zone']],
    [
      'a promotional call that widens',
      { start: '08:00', end: '22:00', time_zone: 'UTC' },
      { purpose: 'promotional' },
      ['/start', '/end', '/time_zone'],
    ],
  ];
  it.each(refused)('refuses %s', (_name, request, differences, pointers) => {
    const resolved = resolveCallingHours(request, { ...person, ...differences });
    expect(resolved.result === 'refused' && resolved.faults.map((fault) => fault.pointer)).toEqual(pointers);
  });
});

describe('hours of a campaign', () => {
  const defaults = { start: '09:00', end: '21:00' };
  const now = Date.parse('2026-08-15T06:00:00Z');
  const service = { defaults, purpose: 'service', now } as const;
  const promotional = { defaults, purpose: 'promotional', now } as const;

  it.each([
    ['that end before they begin', { start: '10:00', end: '09:00' }, service, ['/end']],
    ['that end before the default begins', { end: '08:00' }, service, ['/end']],
    ['in which no phone can ring through', { start: '10:00', end: '10:02' }, service, ['']],
    ['of promotion at night', { start: '00:00', end: '24:00' }, promotional, ['/start', '/end']],
  ])('are refused: those %s', (_, hours, campaign, pointers) => {
    expect(faultsOfSharedHours(hours, campaign).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([
    ['none', {}, promotional],
    ['all day, of service', { start: '00:00', end: '24:00' }, service],
    ['narrower, of promotion', { start: '10:00', end: '18:00', time_zone: 'Asia/Kolkata' }, promotional],
  ])('are taken: %s', (_, hours, campaign) => {
    expect(faultsOfSharedHours(hours, campaign)).toEqual([]);
  });

  const waiting = {
    start: '09:00',
    end: '21:00',
    days: weekdays,
    timeZone: 'Asia/Kolkata',
    holidays: [],
  };

  it('change those of its calls that wait, as far as the change names them', () => {
    expect(changedHours(waiting, { end: '24:00', days: ['mon'] }, service)).toEqual({
      ...waiting,
      end: '24:00',
      days: ['mon'],
    });
    expect(changedHours(waiting, { time_zone: 'Europe/Berlin' }, service)).toEqual({
      ...waiting,
      timeZone: 'Europe/Berlin',
    });
  });

  it('never let a promotional call out of the default hours where the person lives', () => {
    const change = { start: '00:00', end: '24:00', time_zone: 'Pacific/Auckland' };
    expect(changedHours(waiting, change, promotional)).toEqual(waiting);
    expect(changedHours(waiting, { start: '10:00' }, promotional)).toEqual({ ...waiting, start: '10:00' });
  });
});
