import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowed, weekdays } from '../../../src/domain/calls/calling-hours.ts';
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
  seen: { rang?: boolean; answered?: boolean; fault?: Fault; trunk?: string; at?: number } = {},
): EndedAttempt {
  const verdict = {
    reason,
    fault: seen.fault ?? faultOf[reason],
    retryable: true,
    sipCode: null,
    q850Cause: null,
  };
  return {
    trunk: seen.trunk ?? 'carrier-a',
    sendAt: seen.at ?? now,
    ringingAt: seen.rang ? now : null,
    answeredAt: seen.answered ? now : null,
    ended: { at: now, verdict },
  };
}

function decide(attempts: EndedAttempt[], rest: Partial<AttemptsSoFar> = {}) {
  return decideNext({
    policy: defaultRetryPolicy,
    attempts,
    anotherTrunk: false,
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
    ['given back, though it rang', [attempt('trunk_failure', { fault: 'gateway', rang: true })], 2 * hourMs],
  ])('tries again after its wait: %s', (_name, attempts, delayMs) => {
    expect(decide(attempts)).toEqual(retryIn(delayMs));
  });

  it('tries again at the very end of its time', () => {
    expect(decide([attempt('no_answer')], { notAfter: now + 2 * hourMs })).toEqual(retryIn(2 * hourMs));
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

  describe('where another trunk may carry the call', () => {
    const failOver = (attempts: EndedAttempt[], rest: Partial<AttemptsSoFar> = {}) =>
      decide(attempts, { anotherTrunk: true, ...rest });

    it.each<[string, EndedAttempt]>([
      ['the carrier was full', attempt('congestion')],
      ['the carrier did not reply, or failed', attempt('trunk_failure')],
      ['the carrier refused us', attempt('trunk_failure', { fault: 'configuration' })],
    ])('takes it at once after %s', (_name, failed) => {
      expect(failOver([failed])).toEqual(retryIn(0));
    });

    it.each<[string, EndedAttempt, number]>([
      ['the trunk failed after it rang', attempt('trunk_failure', { rang: true }), 2 * hourMs],
      ['it was given back unsent', attempt('trunk_failure', { fault: 'gateway' }), 5_000],
      ['nobody knows why it ended', attempt('trunk_failure', { fault: 'unknown' }), 5 * minuteMs],
      ['the person is engaged', attempt('busy'), 10 * minuteMs],
      ['the person declined', attempt('rejected'), 4 * hourMs],
      ['the phone is switched off', attempt('unreachable'), 4 * hourMs],
    ])('waits all the same where %s', (_name, failed, delayMs) => {
      expect(failOver([failed])).toEqual(retryIn(delayMs));
    });

    it('takes it in the calling hours only, and not after the time of the call', () => {
      const hours = { start: '09:00', end: '12:02', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
      const morning = Date.parse('2026-03-03T09:00:00+05:30');
      expect(failOver([attempt('congestion')], { hours, spanMs: 180_000 })).toEqual({
        next: 'retry',
        at: morning,
      });
      expect(failOver([attempt('congestion')], { notAfter: now - 1 })).toEqual(end);
    });

    it('waits after five trunks in a row, and ends after ten such rounds', () => {
      const round = ['a', 'b', 'c', 'd', 'e'].map((trunk) => attempt('congestion', { trunk }));
      expect(failOver(round.slice(0, 4))).toEqual(retryIn(0));
      expect(failOver(round)).toEqual(retryIn(5 * minuteMs));
      const nine = Array.from({ length: 9 }, () => round).flat();
      expect(failOver([...nine, ...round.slice(0, 1)])).toEqual(end);
      expect(failOver(nine)).toEqual(retryIn(5 * minuteMs));
    });

    it('has used up no attempt by it', () => {
      const failedOver = [attempt('congestion'), attempt('no_answer', { rang: true, trunk: 'carrier-b' })];
      const policy = { ...defaultRetryPolicy, maxAttempts: 2 };
      expect(failOver(failedOver, { policy })).toEqual(retryIn(2 * hourMs));
      expect(failOver([...failedOver, ...failedOver], { policy })).toEqual(end);
    });
  });

  describe('in another part of the day', () => {
    const hours = { start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
    const at = (text: string): number => Date.parse(`2026-03-${text}:00+05:30`);

    it.each<[VerdictReason, string[], string]>([
      // the due time is in a part that was not tried
      ['no_answer', ['02T11:30'], '02T13:30'],
      // due in the same part: the next one
      ['no_answer', ['02T09:10'], '02T13:00'],
      ['unreachable', ['02T13:01'], '02T17:01'],
      ['machine', ['02T09:00', '02T16:00'], '02T20:00'],
      // morning and afternoon were tried: the evening
      ['no_answer', ['02T09:00', '02T14:00'], '02T17:00'],
      // morning and evening were tried: the afternoon of the next day
      ['no_answer', ['02T09:00', '02T18:00'], '03T13:00'],
      // one o'clock is the afternoon, and no morning any more
      ['no_answer', ['02T18:00', '03T13:00'], '04T09:00'],
      // all were tried: when it is due
      ['no_answer', ['02T09:00', '02T14:00', '02T18:00'], '02T20:00'],
      // not for who was near the phone
      ['busy', ['02T09:10'], '02T09:20'],
      ['answered', ['02T09:10'], '02T09:40'],
    ])('after %s at %j: %s', (reason, tried, expected) => {
      const attempts = tried.map((text) => attempt(reason, { rang: true, at: at(text) }));
      const last = at(tried.at(-1)!);
      const policy = { ...defaultRetryPolicy, maxAttempts: 10 };
      const next = decide(attempts, {
        hours,
        policy,
        now: last,
        notAfter: last + 7 * 24 * hourMs,
        spanMs: 180_000,
      });
      expect(next).toEqual({ next: 'retry', at: at(expected) });
    });

    it('which an attempt that died in a trunk has not tried', () => {
      const attempts = [
        attempt('trunk_failure', { at: at('01T18:00') }),
        attempt('no_answer', { rang: true, at: at('02T14:00') }),
      ];
      const rest = { hours, now: at('02T14:00'), notAfter: at('09T09:00') };
      expect(decide(attempts, rest)).toEqual({ next: 'retry', at: at('02T17:00') });
    });

    it('only where that comes before the end of its time', () => {
      const attempts = [attempt('no_answer', { rang: true, at: at('02T09:10') })];
      const rest = { hours, now: at('02T09:10') };
      expect(decide(attempts, { ...rest, notAfter: at('02T12:59') })).toEqual({
        next: 'retry',
        at: at('02T11:10'),
      });
      expect(decide(attempts, { ...rest, notAfter: at('02T13:00') })).toEqual({
        next: 'retry',
        at: at('02T13:00'),
      });
    });

    it('not where nobody wants it, or the hours have no parts', () => {
      const attempts = [attempt('no_answer', { rang: true, at: at('02T09:10') })];
      const plain = { maxAttempts: 3, afterMs: defaultRetryPolicy.afterMs };
      const rest = { now: at('02T09:10'), notAfter: at('09T09:00') };
      expect(decide(attempts, { ...rest, hours, policy: plain })).toEqual({
        next: 'retry',
        at: at('02T11:10'),
      });
      const short = { ...hours, end: '11:59' };
      expect(decide(attempts, { ...rest, hours: short })).toEqual({ next: 'retry', at: at('02T11:10') });
      // an hour each is enough
      const three = { ...hours, end: '12:00' };
      const wait = { ...defaultRetryPolicy.afterMs, no_answer: 40 * minuteMs };
      expect(
        decide(attempts, { ...rest, hours: three, policy: { ...defaultRetryPolicy, afterMs: wait } }),
      ).toEqual({ next: 'retry', at: at('02T10:00') });
    });

    it('never sooner than asked, never outside the hours', () => {
      const day = fc.integer({ min: 0, max: 1439 });
      fc.assert(
        fc.property(
          fc.array(day, { minLength: 1, maxLength: 2 }),
          fc.integer({ min: 60, max: 1440 }),
          (minutes, span) => {
            const end = Math.min(1439, 300 + span);
            const written = `${String(Math.floor(end / 60)).padStart(2, '0')}:${String(end % 60).padStart(2, '0')}`;
            const open = { ...hours, start: '05:00', end: written };
            const attempts = minutes.map((each) =>
              attempt('no_answer', { rang: true, at: at('02T00:00') + each * minuteMs }),
            );
            const last = attempts.at(-1)!.sendAt;
            const next = decide(attempts, { hours: open, now: last, notAfter: last + 7 * 24 * hourMs });
            if (next.next === 'end') throw new Error('there is time');
            expect(next.at).toBeGreaterThanOrEqual(last + 2 * hourMs);
            expect(next.at).toBeLessThan(last + 50 * hourMs);
            expect(isAllowed(open, next.at, next.at + minuteMs)).toBe(true);
          },
        ),
      );
    });
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
