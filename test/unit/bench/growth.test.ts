import { describe, expect, it } from 'vitest';
import type { Growth } from '../../../bench/measure-growth.ts';
import { createSimulatedNumbers } from '../../../bench/phone-numbers.ts';
import { targetRows, type Results } from '../../../bench/targets.ts';
import { toneOf } from '../../../bench/tone.ts';
import { parsePhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';

const nothing: Results = {
  measuredAt: '2026-11-21T12:00:00.000Z',
  quick: false,
  machine: {} as Results['machine'],
  ...{ costs: null, latencies: null, accepting: null, import: null, memory: null, growth: null },
};

function measured(totals: Record<number, number>): Growth {
  const levels = Object.entries(totals).map(([others, total]) => ({
    ...{ othersLive: Number(others), program: total, postgres: 0, total, residentMb: 150 },
  }));
  return { load: { calls: 200, perSecond: 20 }, rounds: 3, levels };
}

describe('the row of growth', () => {
  it.each([
    ['is met where a call costs the same with 1,000 others', { 10: 10, 100: 10, 1_000: 12 }, true],
    ['is met where it costs less', { 10: 10, 100: 8, 1_000: 7 }, true],
    ['is missed by more than a fifth', { 10: 10, 100: 10, 1_000: 12.1 }, false],
    ['is missed where a level between grows', { 10: 10, 100: 13, 1_000: 10 }, false],
    ['is not met by fewer than 1,000', { 10: 10, 100: 10 }, false],
  ])('%s', (_, totals, met) => {
    expect(targetRows({ ...nothing, growth: measured(totals) })).toMatchObject([{ met }]);
  });
});

describe('the numbers of phones that are simulated', () => {
  it('can be called, differ, and begin again after the last', () => {
    const numbers = createSimulatedNumbers(['3', '4']);
    const drawn = Array.from({ length: 2_001 }, () => numbers.next());
    expect(new Set(drawn).size).toBe(2_000);
    expect(drawn[2_000]).toBe(drawn[0]);
    expect(drawn.slice(0, 50).map((number) => parsePhoneNumber(number).result)).toEqual(
      Array(50).fill('parsed'),
    );
  });
});

it('makes a tone as long as it is asked for', () => {
  const file = Buffer.from(toneOf(1_500));
  expect([file.toString('latin1', 0, 4), file.readUInt32LE(24), file.readUInt32LE(40)]).toEqual([
    'RIFF',
    8_000,
    24_000,
  ]);
  expect(file.length).toBe(44 + 24_000);
});
