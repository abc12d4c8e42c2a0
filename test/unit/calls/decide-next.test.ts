import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import { decideNext, type AttemptsSoFar } from '../../../src/domain/calls/decide-next.ts';
import { defaultRetryPolicy } from '../../../src/domain/calls/retry-policy.ts';
import { verdictReasons, type Fault, type VerdictReason } from '../../../src/domain/calls/verdict.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const now = Date.parse('2026-03-02T12:00:00+05:30');
type EndedAttempt = AttemptsSoFar['attempts'][number];

const faultOf: Record<VerdictReason, Fault> = {
  answered: 'none',
  no_answer: 'callee',
  busy: 'callee',
  rejected: 'callee',
  unreachable: 'callee',
  invalid_number: 'callee',
  machine: 'callee',
  congestion: 'carrier',
  trunk_failure: 'carrier',
  cancelled: 'none',
  lost: 'unknown',
};

function attempt(
  reason: VerdictReason,
  seen: { rang?: boolean; answered?: boolean; fault?: Fault } = {},
): EndedAttempt {
  const verdict = {
    reason,
    fault: seen.fault ?? faultOf[reason],
    retryable: true,
    sipCode: null,
    q850Cause: null,
  };
  return {
    ringingAt: seen.rang ? now : null,
    answeredAt: seen.answered ? now : null,
    ended: { at: now, verdict },
  };
}

function decide(attempts: EndedAttempt[], rest: Partial<AttemptsSoFar> = {}) {
  return decideNext({
    policy: defaultRetryPolicy,
    attempts,
    completed: false,
    optedOut: false,
    now,
    notAfter: now + 7 * 24 * hourMs,
    hours: null,
    spanMs: minuteMs,
    ...rest,
  });
}
const times = (count: number, each: EndedAttempt): EndedAttempt[] =>
  Array.from({ length: count }, () => each);
const retryIn = (delayMs: number) => ({ next: 'retry', at: now + delayMs });
const end = { next: 'end' };

describe('decideNext', () => {
  it.each([
    ['busy', [attempt('busy', { rang: true })], 10 * minuteMs],
    ['nobody took it', [attempt('no_answer', { rang: true })], 2 * hourMs],
    ['unreachable', [attempt('unreachable')], 4 * hourMs],
    ['a machine', [attempt('machine', { rang: true, answered: true })], 4 * hourMs],
    ['declined once', [attempt('rejected', { rang: true })], 4 * hourMs],
    ['answered and not completed', [attempt('answered', { rang: true, answered: true })], 30 * minuteMs],
    ['lost during the talk', [attempt('lost', { rang: true, answered: true })], 30 * minuteMs],
    ['the trunk failed', [attempt('trunk_failure')], 5 * minuteMs],
    ['congestion', [attempt('congestion')], 5 * minuteMs],
    ['the trunk failed after it rang', [attempt('trunk_failure', { rang: true })], 2 * hourMs],
  ])('tries again after its wait: %s', (_name, attempts, delayMs) => {
    expect(decide(attempts)).toEqual(retryIn(delayMs));
  });

  it.each<[string, EndedAttempt[], Partial<AttemptsSoFar>]>([
    ['completed', [attempt('answered', { answered: true })], { completed: true }],
    ['opted out', [attempt('answered', { answered: true })], { optedOut: true }],
    ['no such number', [attempt('invalid_number')], {}],
    ['cancelled', [attempt('cancelled')], {}],
    ['lost before an answer', [attempt('lost', { rang: true })], {}],
    [
      'declined twice',
      [attempt('rejected'), attempt('busy'), attempt('rejected')],
      { policy: { ...defaultRetryPolicy, maxAttempts: 10 } },
    ],
    ['three attempts that count', times(3, attempt('no_answer')), {}],
    ['ten failures of the trunk', times(10, attempt('trunk_failure')), {}],
    ['no attempt at all', [], {}],
    ['the end of its time', [attempt('no_answer')], { notAfter: now + 2 * hourMs - 1 }],
  ])('ends after %s', (_name, attempts, rest) => {
    expect(decide(attempts, rest)).toEqual(end);
  });

  it.each([
    [1, 5_000],
    [2, 10_000],
    [5, 80_000],
    [8, 5 * minuteMs],
  ])('tries again soon what was given back unsent %i times in a row: after %i ms', (count, delayMs) => {
    const givenBack = attempt('trunk_failure', { fault: 'gateway' });
    expect(decide([attempt('trunk_failure'), ...times(count, givenBack)])).toEqual(retryIn(delayMs));
  });

  it.each<Fault>(['carrier', 'configuration', 'gateway'])(
    'does not count an attempt that failed by the fault of %s',
    (fault) => {
      const failed = times(5, attempt('trunk_failure', { fault }));
      expect(decide([...failed, attempt('no_answer')])).toEqual(retryIn(2 * hourMs));
      expect(decide([...failed, ...times(3, attempt('no_answer'))])).toEqual(end);
    },
  );

  it('waits for the calling hours, and ends where they come too late', () => {
    const hours = { start: '09:00', end: '13:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
    const morning = Date.parse('2026-03-03T09:00:00+05:30');
    expect(decide([attempt('no_answer')], { hours })).toEqual({ next: 'retry', at: morning });
    expect(decide([attempt('no_answer')], { hours, notAfter: morning - 1 })).toEqual(end);
    expect(decide([attempt('no_answer')], { hours: { ...hours, days: [] } })).toEqual(end);
  });

  it('comes to an end, whatever each attempt comes to', () => {
    const any = fc.record({
      reason: fc.constantFrom(...verdictReasons),
      fault: fc.constantFrom<Fault>('none', 'callee', 'carrier', 'configuration', 'gateway', 'unknown'),
      rang: fc.boolean(),
      answered: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 20, maxLength: 20 }), (attempts) => {
        const made: EndedAttempt[] = [];
        for (const each of attempts) {
          made.push(attempt(each.reason, each));
          if (decide(made).next === 'end') return;
        }
        expect(made.length).toBeLessThan(13);
      }),
    );
  });
});
