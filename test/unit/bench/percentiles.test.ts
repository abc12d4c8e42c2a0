import { describe, expect, test } from 'vitest';
import { medianOf, percentilesOf } from '../../../bench/percentiles.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the percentiles of some durations', () => {
  test.each([
    { values: upTo(1000).toReversed(), p50: 500, p95: 950, p99: 990, max: 1000 },
    { values: upTo(100), p50: 50, p95: 95, p99: 99, max: 100 },
    { values: [7], p50: 7, p95: 7, p99: 7, max: 7 },
    { values: [1, 1, 1, 90], p50: 1, p95: 90, p99: 90, max: 90 },
    { values: [], p50: 0, p95: 0, p99: 0, max: 0 },
  ])('are durations that were measured: $p50, $p95, $p99, $max', ({ values, ...expected }) => {
    expect(percentilesOf(values)).toEqual({ count: values.length, ...expected });
  });
});

test.each([
  { values: [3, 1, 2], median: 2 },
  { values: [4, 1, 3, 2], median: 2.5 },
  { values: [5], median: 5 },
])('the median of $values is $median', ({ values, median }) => {
  expect(medianOf(values)).toBe(median);
});
