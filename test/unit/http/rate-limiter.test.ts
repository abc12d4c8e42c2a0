import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/http/rate-limiter.ts';

function limiterAt(perSecond: number) {
  const time = { now: 0 };
  const limiter = createRateLimiter(
    { now: () => time.now, setTimer: () => ({ cancel: () => undefined }) },
    perSecond,
  );
  return { time, take: (key = 'a') => limiter.take(key) };
}

test('never lets more through than a bucket and its refill', () => {
  const steps = fc.array(fc.nat(400), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 50 }), (gapsMs, perSecond) => {
      const { time, take } = limiterAt(perSecond);
      let taken = 0;
      for (const gapMs of gapsMs) {
        time.now += gapMs;
        if (take() === 0) taken += 1;
        expect(taken).toBeLessThanOrEqual(perSecond + (time.now * perSecond) / 1000 + 1e-6);
      }
    }),
  );
});

test('says how long to wait, and after that lets one through', () => {
  const { time, take } = limiterAt(2);
  expect([take(), take(), take()]).toEqual([0, 0, 500]);
  time.now = 499;
  expect(take()).toBeGreaterThan(0);
  time.now = 500;
  expect([take(), take()]).toEqual([0, 500]);
});

test('a clock that was set back takes nothing away', () => {
  const { time, take } = limiterAt(1);
  time.now = 10_000;
  expect(take()).toBe(0);
  time.now = 5000;
  expect(take()).toBe(1000);
});
