import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterSuccess,
  breakerStateAt,
  failuresToClose,
  firstClosedMs,
  longestClosedMs,
  openBreaker,
  type TrunkBreaker,
} from '../../../src/domain/trunks/trunk-breaker.ts';
import { freeChannels, newTrunkState } from '../../../src/domain/trunks/trunk-state.ts';

const t0 = 1_800_000_000_000;

function failed(breaker: TrunkBreaker, times: number, at = t0): TrunkBreaker {
  let now = breaker;
  for (let count = 0; count < times; count += 1) now = afterFailure(now, { sentAt: at, at });
  return now;
}

describe('the breaker of a trunk', () => {
  it('closes after so many failures in a row, and not before', () => {
    expect(breakerStateAt(failed(openBreaker, failuresToClose - 1), t0)).toBe('open');
    const closed = failed(openBreaker, failuresToClose);
    expect(breakerStateAt(closed, t0 + firstClosedMs - 1)).toBe('closed');
    expect(breakerStateAt(closed, t0 + firstClosedMs)).toBe('probing');
  });

  it('counts anew after a call that came through', () => {
    const almost = afterSuccess(failed(openBreaker, failuresToClose - 1), t0);
    expect(breakerStateAt(failed(almost, failuresToClose - 1), t0)).toBe('open');
  });

  it('closes for twice as long each time that its probing call fails, up to the longest', () => {
    let breaker = failed(openBreaker, failuresToClose);
    const waits = Array.from({ length: 8 }, () => {
      const probedAt = breaker.closedUntil ?? 0;
      breaker = afterFailure(breaker, { sentAt: probedAt, at: probedAt + 20_000 });
      return (breaker.closedUntil ?? 0) - probedAt - 20_000;
    });
    expect(waits).toEqual([20, 40, 80, 160, 300, 300, 300, 300].map((seconds) => seconds * 1_000));
  });

  it('is not closed for longer by calls that had left before it closed', () => {
    const closed = failed(openBreaker, failuresToClose);
    expect(failed(closed, 20, t0 + 500)).toBe(closed);
    expect(afterFailure(closed, { sentAt: t0 - 1, at: t0 + 60_000 })).toBe(closed);
  });

  it('opens by a call that comes through, and by none that had come through before it closed', () => {
    const closed = failed(openBreaker, failuresToClose);
    expect(afterSuccess(closed, t0 - 1)).toBe(closed);
    const open = afterSuccess(closed, t0 + 3_000);
    expect(breakerStateAt(open, t0 + 3_000)).toBe('open');
    // what was still on its way when it opened says nothing of the time since
    expect(afterFailure(open, { sentAt: t0 + 2_999, at: t0 + 9_000 })).toBe(open);
  });

  const steps = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 400_000 }),
      tookMs: fc.integer({ min: 0, max: 40_000 }),
      failed: fc.boolean(),
    }),
    { maxLength: 300 },
  );

  it('is never stuck: within the longest wait a call may leave, whatever came before', () => {
    fc.assert(
      fc.property(steps, (given) => {
        let breaker = openBreaker;
        let now = t0;
        for (const { afterMs, tookMs, failed: isFailure } of given) {
          now += afterMs;
          breaker = isFailure
            ? afterFailure(breaker, { sentAt: now - tookMs, at: now })
            : afterSuccess(breaker, now);
          if (!isFailure) expect(breakerStateAt(breaker, now)).toBe('open');
          expect((breaker.closedUntil ?? now) - now).toBeLessThanOrEqual(longestClosedMs);
          const state = { ...newTrunkState('carrier-a'), breaker };
          const later = { channels: 1, live: { all: 0, unproven: 0 }, now: now + longestClosedMs };
          expect(freeChannels(state, later)).toBe(1);
        }
      }),
    );
  });

  it('lets no more than one unproven call leave while it is not open', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60_000, max: 60_000 }),
        fc.nat(50),
        fc.nat(50),
        fc.integer({ min: 1, max: 60 }),
        (agoMs, talking, unproven, channels) => {
          const breaker = { failures: 0, closings: 1, closedUntil: t0 + agoMs, changedAt: t0 - 90_000 };
          const live = { all: talking + unproven, unproven };
          const free = freeChannels({ ...newTrunkState('a'), breaker }, { channels, live, now: t0 });
          expect(free + unproven).toBeLessThanOrEqual(Math.max(1, unproven));
          expect(free).toBeLessThanOrEqual(Math.max(0, channels - live.all));
        },
      ),
    );
  });
});
