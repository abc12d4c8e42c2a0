import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/lib/rate-limiter.ts';

function limiterAt(perSecond: number, atOnce?: number) {
  const time = { now: 0 };
  const limiter = createRateLimiter({ now: () => time.now }, { perSecond, ...(atOnce && { atOnce }) });
  return { time, take: (key = 'a') => limiter.take(key) };
}

test('never lets more through than a bucket and its refill, in whatever time', () => {
  const steps = fc.array(fc.nat(4_000), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (gapsMs, perSecond) => {
      const { time, take } = limiterAt(perSecond);
      const takenAt: number[] = [];
      for (const gapMs of gapsMs) {
        time.now += gapMs;
        // as many as come at once
        while (take() === 0) takenAt.push(time.now);
      }
      const mostFrom = (from: number, first: number): number =>
        Math.max(
          ...takenAt
            .slice(first)
            .map((until, later) => later + 1 - perSecond - ((until - from) * perSecond) / 1000),
        );
      expect(Math.max(...takenAt.map(mostFrom))).toBeLessThanOrEqual(1e-6);
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

test('lets as many through at once as it may, and then at the rate', () => {
  const { time, take } = limiterAt(0.5, 3);
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 2_000]);
  time.now = 2_000;
  expect([take(), take()]).toEqual([0, 2_000]);
  time.now = 3_600_000;
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 2_000]);
});

test('a clock that was set back takes nothing away', () => {
  const { time, take } = limiterAt(1);
  time.now = 10_000;
  expect(take()).toBe(0);
  time.now = 5000;
  expect(take()).toBe(1000);
});

test('says how long to wait at any rate, to the millisecond', () => {
  const used = (perSecond: number) => {
    const limiter = limiterAt(perSecond);
    for (let count = 0; count < perSecond; count += 1) limiter.take();
    return limiter;
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (perSecond) => {
      const waitMs = used(perSecond).take();
      expect(waitMs).toBe(Math.ceil(1000 / perSecond));
      const [sooner, then] = [used(perSecond), used(perSecond)];
      sooner.time.now = waitMs - 1;
      then.time.now = waitMs;
      expect(sooner.take()).toBeGreaterThan(0);
      expect(then.take()).toBe(0);
    }),
  );
});

test('keeps one key’s requests apart from another’s', () => {
  const { take } = limiterAt(1);
  expect([take('a'), take('a'), take('b'), take('b')]).toEqual([0, 1000, 0, 1000]);
});

test('remembers ten thousand keys, and no more', () => {
  const { take } = limiterAt(1);
  const remembered = 10_000;
  for (let key = 0; key < remembered; key += 1) take(`k${key}`);
  expect(take('k0')).toBe(1000);
  expect(take('one more')).toBe(0);
  expect(take('k0')).toBe(0);
});
