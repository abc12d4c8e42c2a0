import { describe, expect, it } from 'vitest';
import { startAttempt } from '../../../src/domain/calls/call-moves.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import type { Attempt, Call } from '../../../src/domain/calls/call.ts';
import { defaultRetryPolicy } from '../../../src/domain/calls/retry-policy.ts';
import { decideClaim, type ClaimFacts } from '../../../src/workflows/decide-claim.ts';
import { sampleCall, sampleIds } from '../../support/sample-call.ts';

const noon = Date.parse('2026-03-02T12:00:00+05:30');
const hourMs = 3_600_000;
const hours = { start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
const cap = { most: 2, periodMs: 4 * hourMs };

function decide(facts: Partial<ClaimFacts>, changes: Partial<Call> = {}) {
  const call = sampleCall({ at: noon, changes: { callingHours: hours, ...changes } });
  const move = decideClaim(call, {
    attemptId: sampleIds.newId('att'),
    ...{ trunk: 'carrier-a', callerId: null, now: noon, sendAt: noon, optOuts: [] },
    ...{ lease: { asterisk: 'asterisk', epoch: 1 }, legLimitMs: 60_000 },
    ...{ frequencyCap: null, rangAt: [] },
    ...facts,
  });
  if (move.result !== 'moved') throw new Error(move.reason);
  return move.call.state;
}

const afterMinutes = (minutes: number) => ({
  ...defaultRetryPolicy.afterMs,
  trunk_failure: minutes * 60_000,
});
const ended = (outcome: string, blockedBy: string | null) => ({ status: 'ended', outcome, blockedBy });
const putOffTo = (text: string) => ({
  status: 'queued',
  nextAttemptAt: Date.parse(`2026-03-${text}:00+05:30`),
});
/** Over the trunk that it is to go over now, ten seconds ago. */
const failedOnTheWay: Attempt = {
  id: sampleIds.newId('att'),
  ...{ number: 1, trunk: 'carrier-a', asterisk: 'asterisk', epoch: 1, callerId: null },
  ...{ sendAt: noon - 10_000, startedAt: noon - 10_000, goneBy: noon, ringingAt: null, answeredAt: null },
  ...{ recording: null, endRequested: null },
  ended: {
    at: noon - 10_000,
    verdict: { reason: 'congestion', fault: 'carrier', retryable: true, sipCode: 503, q850Cause: 34 },
  },
};
const rangTwice = { frequencyCap: cap, rangAt: [noon - 3 * hourMs, noon - hourMs] };

describe('a due call at the instant of its claim', () => {
  it.each<[string, Partial<ClaimFacts>, Partial<Call>, object]>([
    ['is dialled', {}, {}, { status: 'dialing' }],
    ['is blocked by an opt-out', { optOuts: ['all'] }, {}, ended('blocked', 'all')],
    ['is dialled at the very end of its time', {}, { notAfter: noon }, { status: 'dialing' }],
    ['has expired', {}, { notAfter: noon - 1 }, ended('expired', null)],
    ['waits for its hours', { sendAt: noon - 4 * hourMs }, {}, putOffTo('02T09:00')],
    [
      'waits where it would ring past them',
      { sendAt: Date.parse('2026-03-02T20:58:00+05:30') },
      {},
      putOffTo('03T09:00'),
    ],
    [
      'is dialled where the cap leaves a ring',
      { frequencyCap: cap, rangAt: [noon - hourMs] },
      {},
      { status: 'dialing' },
    ],
    ['waits until the cap leaves a ring', rangTwice, {}, putOffTo('02T13:00')],
    [
      'waits for its hours, where the cap leaves a ring at night',
      { frequencyCap: { most: 1, periodMs: 12 * hourMs }, rangAt: [noon - hourMs] },
      {},
      putOffTo('03T09:00'),
    ],
    [
      'waits until then, where that is the end of its time',
      rangTwice,
      { notAfter: noon + hourMs },
      putOffTo('02T13:00'),
    ],
    [
      'waits for its hours, where the cap leaves a ring that would go past them',
      { frequencyCap: { most: 1, periodMs: 12 * hourMs }, rangAt: [Date.parse('2026-03-02T08:58:00+05:30')] },
      {},
      putOffTo('03T09:00'),
    ],
    [
      'is blocked by a cap that leaves no ring in its time',
      rangTwice,
      { notAfter: noon + hourMs - 1 },
      ended('blocked', 'frequency_cap'),
    ],
    ['is dialled all the same in an emergency', rangTwice, { purpose: 'emergency' }, { status: 'dialing' }],
    [
      'waits as after a round of trunks, where the other one was closed meanwhile',
      {},
      { attempts: [failedOnTheWay], retry: { ...defaultRetryPolicy, afterMs: afterMinutes(5) } },
      { nextAttemptAt: noon - 10_000 + 5 * 60_000 },
    ],
    [
      'has expired, and is blocked by no cap, where that is after its time',
      {},
      {
        attempts: [failedOnTheWay],
        retry: { ...defaultRetryPolicy, afterMs: afterMinutes(5) },
        notAfter: noon + 60_000,
      },
      ended('expired', null),
    ],
    [
      'goes over another trunk at once',
      { trunk: 'carrier-b' },
      { attempts: [failedOnTheWay] },
      { status: 'dialing' },
    ],
    ['is no emergency for being urgent', rangTwice, { priority: 'emergency' }, putOffTo('02T13:00')],
  ])('%s', (_name, facts, changes, state) => {
    expect(decide(facts, changes)).toMatchObject(state);
  });

  it('is dialled once only', () => {
    const call = sampleCall({ at: noon, changes: { callingHours: hours } });
    const dial = {
      id: sampleIds.newId('att'),
      trunk: 'a',
      asterisk: 'a',
      epoch: 1,
      callerId: null,
      sendAt: noon,
      at: noon,
      goneBy: noon,
    };
    const first = startAttempt(call, dial);
    if (first.result !== 'moved') throw new Error(first.reason);
    expect(startAttempt(first.call, dial).result).toBe('ignored');
  });
});
