import { describe, expect, it } from 'vitest';
import { outcomes, type Outcome } from '../../../src/domain/calls/call.ts';
import {
  decideOutcome,
  isAnswered,
  isReached,
  type CallAtItsEnd,
} from '../../../src/domain/calls/decide-outcome.ts';
import { verdictReasons, type VerdictReason } from '../../../src/domain/calls/verdict.ts';

type EndedAttempt = CallAtItsEnd['attempts'][number];

function attempt(reason: VerdictReason, answered = reason === 'answered'): EndedAttempt {
  const verdict = { reason, fault: 'none', retryable: false, sipCode: null, q850Cause: null } as const;
  return { answeredAt: answered ? 1 : null, ended: { at: 2, verdict } };
}

const plain: CallAtItsEnd = {
  completed: false,
  optedOut: false,
  cancelled: false,
  blocked: false,
  expired: false,
  failed: false,
  attempts: [],
};

describe('decideOutcome', () => {
  const all = {
    completed: true,
    optedOut: true,
    cancelled: true,
    blocked: true,
    expired: true,
    failed: true,
  };
  it.each<[Outcome, Partial<CallAtItsEnd>]>([
    ['completed', { ...all, attempts: [attempt('answered'), attempt('lost'), attempt('busy')] }],
    ['opted_out', { ...all, completed: false, attempts: [attempt('answered'), attempt('lost')] }],
    [
      'cancelled',
      { ...all, completed: false, optedOut: false, attempts: [attempt('answered'), attempt('lost')] },
    ],
    [
      'partial',
      {
        ...all,
        completed: false,
        optedOut: false,
        cancelled: false,
        attempts: [attempt('answered'), attempt('lost')],
      },
    ],
    ['unknown', { blocked: true, expired: true, failed: true, attempts: [attempt('lost'), attempt('busy')] }],
    ['blocked', { blocked: true, expired: true, failed: true, attempts: [attempt('busy')] }],
    ['expired', { expired: true, failed: true, attempts: [attempt('busy')] }],
    ['trunk_failure', { failed: true, attempts: [attempt('busy')] }],
    ['busy', { attempts: [attempt('no_answer'), attempt('busy')] }],
    ['partial', { attempts: [attempt('answered'), attempt('no_answer')] }],
    ['partial', { attempts: [attempt('answered', false), attempt('busy')] }],
    ['partial', { attempts: [attempt('lost', true)] }],
    ['machine', { attempts: [attempt('machine', true)] }],
    ['trunk_failure', { attempts: [] }],
  ])('is %s where that is the first that applies', (outcome, call) => {
    expect(decideOutcome({ ...plain, ...call })).toBe(outcome);
  });

  const alone: Record<VerdictReason, Outcome> = {
    answered: 'partial',
    no_answer: 'no_answer',
    busy: 'busy',
    rejected: 'rejected',
    unreachable: 'unreachable',
    invalid_number: 'invalid_number',
    machine: 'machine',
    congestion: 'trunk_failure',
    trunk_failure: 'trunk_failure',
    cancelled: 'cancelled',
    lost: 'unknown',
  };
  it.each(verdictReasons)('follows a last attempt that came to %s', (reason) => {
    expect(decideOutcome({ ...plain, attempts: [attempt(reason)] })).toBe(alone[reason]);
  });
});

describe('isReached', () => {
  it('is true for the outcomes of which the contract says so', () => {
    expect(outcomes.filter((outcome) => isReached(outcome, []))).toEqual([
      'completed',
      'partial',
      'opted_out',
    ]);
  });

  it.each([
    ['a talk', [attempt('answered')], true],
    ['a machine', [attempt('machine', true)], false],
    ['ringing alone', [attempt('cancelled')], false],
  ])('leaves a cancelled call as it was after %s', (_name, attempts, reached) => {
    expect(isReached('cancelled', attempts)).toBe(reached);
  });
});

describe('isAnswered', () => {
  it('is true where the phone was taken in any attempt, be it by a machine', () => {
    expect(isAnswered([attempt('machine', true), attempt('busy')])).toBe(true);
    expect(isAnswered([attempt('busy')])).toBe(false);
  });
});
