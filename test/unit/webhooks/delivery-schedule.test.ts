import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nextTry } from '../../../src/domain/webhooks/delivery-schedule.ts';

const now = Date.UTC(2026, 0, 5, 9);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('the schedule of tries', () => {
  test.each([
    { tries: 1, delayMs: 5000 },
    { tries: 2, delayMs: 5 * minuteMs },
    { tries: 3, delayMs: 30 * minuteMs },
    { tries: 4, delayMs: 2 * hourMs },
    { tries: 5, delayMs: 5 * hourMs },
    { tries: 6, delayMs: 10 * hourMs },
    { tries: 7, delayMs: 14 * hourMs },
    { tries: 8, delayMs: 20 * hourMs },
    { tries: 9, delayMs: 24 * hourMs },
  ])('after try $tries waits $delayMs ms, and up to a fifth more', ({ tries, delayMs }) => {
    const at = (random: number) => nextTry({ tries, now, retryAfterMs: null, random });
    expect(at(0)).toEqual({ next: 'retry', at: now + delayMs });
    expect(at(0.5)).toEqual({ next: 'retry', at: now + delayMs * 1.1 });
    expect(at(0.999_999)).toEqual({ next: 'retry', at: expect.closeTo(now + delayMs * 1.2, -3) as number });
  });

  test.each([10, 11, 1000])('is at its end after try %i', (tries) => {
    expect(nextTry({ tries, now, retryAfterMs: 1000, random: 0 })).toEqual({ next: 'dead' });
  });

  test.each([
    { what: 'a longer wait than planned', tries: 1, retryAfterMs: 120_000, at: now + 120_000 },
    { what: 'a shorter wait, in vain', tries: 3, retryAfterMs: 1000, at: now + 30 * minuteMs },
    { what: 'no wait', tries: 1, retryAfterMs: 0, at: now + 5000 },
    { what: 'a week, and gets a day', tries: 1, retryAfterMs: 7 * 24 * hourMs, at: now + 24 * hourMs },
  ])('lets the receiver ask for $what', ({ tries, retryAfterMs, at }) => {
    expect(nextTry({ tries, now, retryAfterMs, random: 0 })).toEqual({ next: 'retry', at });
  });

  test('never puts a try into the past, nor further off than a day and its jitter', () => {
    const anyTry = fc.record({
      tries: fc.integer({ min: 1, max: 9 }),
      now: fc.constant(now),
      retryAfterMs: fc.option(fc.integer({ min: 0 })),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(anyTry, (failed) => {
        const next = nextTry(failed);
        expect(next.next === 'retry' && next.at >= now + 5000 && next.at <= now + 28.8 * hourMs).toBe(true);
      }),
    );
  });
});
