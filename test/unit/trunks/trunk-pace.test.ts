import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fullPace,
  increasePerSecond,
  paceFactor,
  slowDown,
  slowestFactor,
} from '../../../src/domain/trunks/trunk-pace.ts';

const t0 = 1_800_000_000_000;
const fullAgainMs = (1 / increasePerSecond) * 1_000;

describe('the pace of a trunk', () => {
  it('is halved by a call that found no room, and grows back evenly', () => {
    const slowed = slowDown(fullPace, { claimedAt: t0, at: t0 + 1_000 });
    expect(paceFactor(slowed, t0 + 1_000)).toBe(0.5);
    expect(paceFactor(slowed, t0 + 11_000)).toBeCloseTo(0.6);
    expect(paceFactor(slowed, t0 + 51_000)).toBe(1);
    expect(paceFactor(slowed, t0 + 86_400_000)).toBe(1);
  });

  it('is halved once by a burst that had its instants before', () => {
    const first = slowDown(fullPace, { claimedAt: t0, at: t0 + 500 });
    const burst = [t0 + 1, t0 + 100, t0 + 500].reduce(
      (pace, claimedAt) => slowDown(pace, { claimedAt, at: t0 + 600 }),
      first,
    );
    expect(burst).toBe(first);
    expect(paceFactor(slowDown(first, { claimedAt: t0 + 501, at: t0 + 600 }), t0 + 600)).toBeCloseTo(0.25, 2);
  });

  it('is halved from what it has grown to', () => {
    const slowed = slowDown(fullPace, { claimedAt: t0, at: t0 });
    const again = slowDown(slowed, { claimedAt: t0 + 29_000, at: t0 + 30_000 });
    expect(again.factor).toBeCloseTo(0.4);
  });

  const refusals = fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 60_000 }), tookMs: fc.integer({ min: 0, max: 40_000 }) }),
    { maxLength: 200 },
  );

  it('is never faster than configured, never stands still, and is full again once all is well', () => {
    fc.assert(
      fc.property(refusals, fc.integer({ min: 0, max: 100_000 }), (given, lookMs) => {
        let pace = fullPace;
        let now = t0;
        for (const { afterMs, tookMs } of given) {
          now += afterMs;
          const before = paceFactor(pace, now);
          pace = slowDown(pace, { claimedAt: now - tookMs, at: now });
          expect(paceFactor(pace, now)).toBeLessThanOrEqual(before);
          for (const at of [now, now + lookMs, now - lookMs]) {
            expect(paceFactor(pace, at)).toBeLessThanOrEqual(1);
            expect(paceFactor(pace, at)).toBeGreaterThanOrEqual(slowestFactor);
          }
        }
        expect(paceFactor(pace, now + fullAgainMs)).toBe(1);
      }),
    );
  });
});
