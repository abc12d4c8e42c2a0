import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dampHealth,
  downHoldMs,
  flapWindowMs,
  nothingBelieved,
  upHoldMs,
  type DampedHealth,
} from '../../../src/domain/trunks/damp-health.ts';

const t0 = 1_800_000_000_000;

/** Looks of one second, from `fromMs` on. */
function looks(damped: DampedHealth, up: boolean, span: { fromMs: number; forMs: number }): DampedHealth {
  let now = damped;
  for (let at = span.fromMs; at <= span.fromMs + span.forMs; at += 1_000)
    now = dampHealth(now, { up, reason: up ? null : 'It is away.', at });
  return now;
}

describe('the health of a trunk', () => {
  it('is believed at once where it is good and nothing was known, else after it has lasted', () => {
    expect(dampHealth(nothingBelieved, { up: true, reason: null, at: t0 }).believed?.up).toBe(true);
    const doubted = dampHealth(nothingBelieved, { up: false, reason: 'It is away.', at: t0 });
    expect(doubted.believed).toBeNull();
    expect(dampHealth(doubted, { up: false, reason: 'x', at: t0 + downHoldMs }).believed?.up).toBe(false);
  });

  it('is not doubted for a moment in which one look was bad', () => {
    const up = looks(nothingBelieved, true, { fromMs: t0, forMs: 0 });
    const doubted = looks(up, false, { fromMs: t0 + 1_000, forMs: downHoldMs - 1_000 });
    expect(doubted.believed?.up).toBe(true);
    const again = looks(doubted, true, { fromMs: t0 + 6_000, forMs: 0 });
    expect(looks(again, false, { fromMs: t0 + 7_000, forMs: downHoldMs - 1_000 }).believed?.up).toBe(true);
    expect(looks(again, false, { fromMs: t0 + 7_000, forMs: downHoldMs }).believed?.up).toBe(false);
  });

  it('is trusted more slowly each time that it was lost, and as before after a quiet while', () => {
    let damped = looks(nothingBelieved, true, { fromMs: t0, forMs: 0 });
    let at = t0;
    const waits = Array.from({ length: 6 }, () => {
      at += 10_000;
      damped = looks(damped, false, { fromMs: at, forMs: downHoldMs });
      const upAt = at + downHoldMs + 1_000;
      for (at = upAt; damped.believed?.up !== true; at += 1_000)
        damped = dampHealth(damped, { up: true, reason: null, at });
      return at - 1_000 - upAt;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32].map((times) => times * upHoldMs));
    damped = looks(damped, false, { fromMs: at + flapWindowMs, forMs: downHoldMs });
    const later = at + flapWindowMs + downHoldMs + 1_000;
    expect(looks(damped, true, { fromMs: later, forMs: upHoldMs }).believed?.up).toBe(true);
  });

  it('is believed at last, whatever came before, and changes no more often than its holds allow', () => {
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 30_000 }), up: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.boolean(), (given, last) => {
        let damped = nothingBelieved;
        let at = t0;
        let changedAt = -Infinity;
        for (const { afterMs, up } of given) {
          at += afterMs;
          const before = damped.believed?.up;
          damped = dampHealth(damped, { up, reason: null, at });
          expect(damped.downs.length).toBeLessThanOrEqual(7);
          if (before === undefined || damped.believed?.up === before) continue;
          expect(at - changedAt).toBeGreaterThanOrEqual(downHoldMs);
          changedAt = at;
        }
        damped = dampHealth(damped, { up: last, reason: null, at: at + 1 });
        damped = dampHealth(damped, { up: last, reason: null, at: at + 1 + flapWindowMs });
        expect(damped.believed?.up).toBe(last);
      }),
    );
  });
});
