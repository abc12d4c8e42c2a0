import { expect, it } from 'vitest';
import { createSteadyClock } from '../../../src/lib/clock.ts';

it('goes on by whatever of the counter and the time of day has gone further, and never back', () => {
  let [counter, timeOfDay] = [1_000, 500_000];
  const clock = createSteadyClock(
    () => counter,
    () => timeOfDay,
  );
  const after = (counted: number, read: number): number => {
    [counter, timeOfDay] = [counter + counted, timeOfDay + read];
    return clock.now();
  };
  expect(after(0, 0)).toBe(0);
  expect(after(10, 10)).toBe(10);
  // the time of day was set back
  expect(after(10, -5_000)).toBe(20);
  // the machine slept
  expect(after(10, 60_000)).toBe(60_020);
  expect(after(0, -1)).toBe(60_020);
});
