import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOffMs } from '../../../src/telephony/asterisk/back-off.ts';

const backOff = { firstMs: 100, longestMs: 2_000 };

it.each([
  [1, 50, 100],
  [2, 100, 200],
  [3, 200, 400],
  [5, 800, 1_600],
  [6, 1_000, 2_000],
  [1_000_000, 1_000, 2_000],
])('after %i failures waits from %i to %i ms', (failures, leastMs, mostMs) => {
  expect(backOffMs(backOff, failures, () => 0)).toBe(leastMs);
  expect(backOffMs(backOff, failures, () => 1 - Number.EPSILON)).toBe(mostMs);
});

it('never waits longer than its longest, nor shorter than half its first', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, chance) => {
        const waitMs = backOffMs(backOff, failures, () => chance);
        expect(waitMs).toBeGreaterThanOrEqual(50);
        expect(waitMs).toBeLessThanOrEqual(2_000);
      },
    ),
  );
});
