import { describe, expect, it } from 'vitest';
import {
  defaultRetryPolicy,
  resolveRetryPolicy,
  retrySchema,
  type RetryReason,
  type RetryRequest,
} from '../../../src/domain/calls/retry-policy.ts';

const minuteMs = 60_000;

describe('resolveRetryPolicy', () => {
  it('has the defaults of the contract', () => {
    expect(resolveRetryPolicy({})).toEqual(defaultRetryPolicy);
    const { busy, no_answer, unreachable, partial } = defaultRetryPolicy.afterMs;
    expect([defaultRetryPolicy.maxAttempts, busy, no_answer, unreachable, partial]).toEqual([
      3,
      10 * minuteMs,
      120 * minuteMs,
      240 * minuteMs,
      30 * minuteMs,
    ]);
  });

  it('takes each wait that is given, and leaves the others', () => {
    const policy = resolveRetryPolicy({ max_attempts: 5, after: { busy: 'PT3M' } });
    expect(policy).toEqual({
      maxAttempts: 5,
      afterMs: { ...defaultRetryPolicy.afterMs, busy: 3 * minuteMs },
      anotherPartOfDay: ['no_answer', 'unreachable', 'machine'],
    });
  });

  it.each<[RetryRequest, RetryReason[]]>([
    [{}, ['no_answer', 'unreachable', 'machine']],
    // a stated wait is the wait
    [{ after: { no_answer: 'PT1H', busy: 'PT1H' } }, ['unreachable', 'machine']],
    [{ after: { no_answer: 'PT1H' }, another_part_of_day: true }, ['no_answer', 'unreachable', 'machine']],
    [{ minimum_gap: 'PT3H' }, ['no_answer', 'unreachable', 'machine']],
    [{ another_part_of_day: false }, []],
  ])('with %j moves on to another part of the day after %j', (request, reasons) => {
    expect(resolveRetryPolicy(request).anotherPartOfDay).toEqual(reasons);
  });

  it('takes a stated minimum gap for a floor, but not under failures of the trunk', () => {
    const { afterMs } = resolveRetryPolicy({ minimum_gap: 'PT3H', after: { busy: 'PT3M' } });
    expect(afterMs).toMatchObject({
      busy: 180 * minuteMs,
      no_answer: 180 * minuteMs,
      unreachable: 240 * minuteMs,
      trunk_failure: 5 * minuteMs,
    });
  });
});

describe('retrySchema', () => {
  it.each([
    [{}],
    [{ max_attempts: 1 }],
    [{ max_attempts: 10, minimum_gap: 'PT1S', after: { machine: 'P30D' } }],
  ])('accepts %j', (request) => {
    expect(retrySchema.safeParse(request).success).toBe(true);
  });

  it.each([
    [{ max_attempts: 0 }],
    [{ max_attempts: 11 }],
    [{ max_attempts: 2.5 }],
    [{ minimum_gap: 'one hour' }],
    [{ minimum_gap: 'PT0S' }],
    [{ after: { busy: 'P31D' } }],
    [{ after: { congestion: 'PT1M' } }],
    [{ retries: 3 }],
  ])('refuses %j', (request) => {
    expect(retrySchema.safeParse(request).success).toBe(false);
  });
});
