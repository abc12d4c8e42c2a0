import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import { bestSpeed, soonestDialledAt, type WaitingCalls } from '../../../src/domain/calls/queue-outlook.ts';
import { simulatorTrunk, type Trunk } from '../../../src/domain/calls/trunk.ts';
import { sampleCall } from '../../support/sample-call.ts';

const noon = Date.parse('2026-03-02T12:00:00+05:30');
const hourMs = 3_600_000;
const india: Trunk = {
  ...simulatorTrunk,
  name: 'india',
  prefixes: ['+91'],
  channels: 10,
  callsPerSecond: 10,
};
/** One call a second: ten channels, ten seconds a call. */
const holdMs = new Map([['india', 10_000]]);

const waiting = (calls: number, changes: Partial<WaitingCalls> = {}): WaitingCalls => ({
  ...{ campaign: '', priority: 'normal', country: '+91', trunk: null, dueAt: noon - hourMs, calls },
  ...changes,
});

function soonest(
  groups: WaitingCalls[],
  changes: Partial<Call> = {},
  trunks: Trunk[] = [india],
): number | null {
  const hours = { start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
  const call = sampleCall({ at: noon, changes: { callingHours: hours, ...changes } });
  const at = soonestDialledAt(call, { seen: { at: noon, waiting: groups, holdMs }, trunks, country: '+91' });
  return at === null ? null : Math.round((at - noon) / 1000);
}

describe('the best speed of a trunk', () => {
  it.each<[string, Partial<Trunk>, Map<string, number>, number]>([
    ['its channels, where calls are long', {}, holdMs, 1],
    ['without those that are reserved', { reservedForIncoming: 5 }, holdMs, 0.5],
    ['its pace, where they are short', {}, new Map([['india', 100]]), 9.5],
    ['its pace, where nobody knows how long they are', {}, new Map(), 9.5],
  ])('is %s', (_name, changes, held, expected) => {
    expect(bestSpeed({ ...india, ...changes }, { holdMs: held })).toBeCloseTo(expected, 1);
  });
});

describe('the soonest that a call is dialled', () => {
  it.each<[string, WaitingCalls[], Partial<Call>, number]>([
    ['at once, where nothing waits', [], {}, 0],
    ['behind what waits', [waiting(600)], {}, 600],
    [
      'behind what is more urgent, and not what is less',
      [waiting(60, { priority: 'high' }), waiting(600)],
      { priority: 'high' },
      60,
    ],
    ['behind all that is more urgent', [waiting(60, { priority: 'emergency' }), waiting(600)], {}, 660],
    ['in turn with campaigns', [waiting(10), waiting(5_000, { campaign: 'cmp_1' })], {}, 20],
    ['ahead of a campaign, where nothing of its own waits', [waiting(5_000, { campaign: 'cmp_1' })], {}, 0],
    ['behind its own campaign', [waiting(5_000, { campaign: 'cmp_1' })], { campaignId: 'cmp_1' }, 5_000],
    ['not behind what is due later', [waiting(600, { dueAt: noon + hourMs })], {}, 0],
    [
      'not behind what goes over other trunks',
      [waiting(600, { country: '+44' }), waiting(600, { trunk: 'other' })],
      {},
      0,
    ],
    // nine hours of today are left, so the rest is dialled tomorrow from nine on
    ['over the night, where its hours end', [waiting(9 * 3600 + 60)], {}, 21 * 3600 + 60],
    [
      'through the night, in an emergency',
      [waiting(9 * 3600 + 60, { priority: 'emergency' })],
      { purpose: 'emergency' },
      9 * 3600 + 60,
    ],
  ])('%s', (_name, groups, changes, expected) => {
    expect(soonest(groups, changes)).toBe(expected);
  });

  it('counts all trunks that may carry it, and only calls that have no other', () => {
    const other: Trunk = { ...india, name: 'other', prefixes: ['+'] };
    const both = [india, other];
    expect(soonest([waiting(1_000)], {}, both)).toBeLessThan(110);
    expect(soonest([waiting(600, { country: '+44' })], { trunk: 'india' }, both)).toBe(0);
  });
});
