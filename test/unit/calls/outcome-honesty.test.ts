import { describe, expect, it } from 'vitest';
import { endAttempt, endWithoutAttempt, requestEnd } from '../../../src/domain/calls/call-moves.ts';
import { outcomes, type Call, type CallProgress, type Outcome } from '../../../src/domain/calls/call.ts';
import { viewCall } from '../../../src/domain/calls/call-view.ts';
import type { VerdictReason } from '../../../src/domain/calls/verdict.ts';
import { afterAttempt } from '../../../src/workflows/after-attempt.ts';
import {
  answerTransition,
  dialTransition,
  lastAttempt,
  sampleCall,
  sampleProgress,
  sampleTransition,
} from '../../support/sample-call.ts';

/** One attempt: how it ended, and what the talk came to where there was one. `heard` without `answered` is nothing. */
interface Tried {
  reason: VerdictReason;
  answered?: true;
  talk?: { human?: true; heard: number; completed?: true; optedOut?: true };
  cancelled?: true;
}

/** What the contract tells of a call, beside its outcome. */
interface Told {
  answered: boolean;
  human: boolean | null;
  reached: boolean;
  heard_percent: number;
}

const nobody: Told = { answered: false, human: null, reached: false, heard_percent: 0 };
const listened: Tried = { reason: 'answered', answered: true, talk: { heard: 40 } };
const pressed: Tried = { reason: 'answered', answered: true, talk: { heard: 40, human: true } };
const machine: Tried = { reason: 'machine', answered: true };

/** By outcome: every way in which it comes about, and what is then true. */
const table: Record<Outcome, { how: string; tried: Tried[]; told: Told; without?: 'blocked' | 'expired' }[]> =
  {
    completed: [
      {
        how: 'heard to its end without a key, as a notice is',
        tried: [{ reason: 'answered', answered: true, talk: { heard: 100, completed: true } }],
        told: { answered: true, human: null, reached: true, heard_percent: 100 },
      },
      {
        how: 'answered by key',
        tried: [{ reason: 'answered', answered: true, talk: { heard: 90, human: true, completed: true } }],
        told: { answered: true, human: true, reached: true, heard_percent: 90 },
      },
    ],
    partial: [
      {
        how: 'listened and hung up: nothing proves a person, nothing a machine',
        tried: [listened],
        told: { answered: true, human: null, reached: true, heard_percent: 40 },
      },
      {
        how: 'pressed a key and hung up',
        tried: [pressed],
        told: { answered: true, human: true, reached: true, heard_percent: 40 },
      },
      {
        how: 'pressed a key once, and a machine answered the next time: the proof is for good',
        tried: [pressed, machine],
        told: { answered: true, human: true, reached: true, heard_percent: 40 },
      },
      {
        how: 'pressed a key once, and not the next time',
        tried: [pressed, { ...listened, talk: { heard: 70 } }],
        told: { answered: true, human: true, reached: true, heard_percent: 70 },
      },
      {
        how: 'a machine first, then somebody who only listened',
        tried: [machine, listened],
        told: { answered: true, human: null, reached: true, heard_percent: 40 },
      },
      {
        how: 'lost after the answer',
        tried: [{ reason: 'lost', answered: true }],
        told: { answered: true, human: null, reached: true, heard_percent: 0 },
      },
    ],
    no_answer: [{ how: 'rang out', tried: [{ reason: 'no_answer' }], told: nobody }],
    busy: [
      { how: 'engaged', tried: [{ reason: 'busy' }], told: nobody },
      {
        how: 'a machine the first time',
        tried: [machine, { reason: 'busy' }],
        told: { answered: true, human: false, reached: false, heard_percent: 0 },
      },
    ],
    rejected: [{ how: 'declined', tried: [{ reason: 'rejected' }], told: nobody }],
    unreachable: [
      { how: 'an announcement before the answer', tried: [{ reason: 'unreachable' }], told: nobody },
    ],
    invalid_number: [
      { how: 'an announcement, then 404', tried: [{ reason: 'invalid_number' }], told: nobody },
    ],
    machine: [
      {
        how: 'answered by one: what it «heard» nobody heard',
        tried: [machine],
        told: { answered: true, human: false, reached: false, heard_percent: 0 },
      },
    ],
    trunk_failure: [
      { how: 'the carrier failed', tried: [{ reason: 'trunk_failure' }], told: nobody },
      { how: 'congestion', tried: [{ reason: 'congestion' }], told: nobody },
    ],
    opted_out: [
      {
        how: 'by key',
        tried: [{ reason: 'answered', answered: true, talk: { heard: 10, human: true, optedOut: true } }],
        told: { answered: true, human: true, reached: true, heard_percent: 10 },
      },
    ],
    blocked: [{ how: 'never dialled', tried: [], without: 'blocked', told: nobody }],
    expired: [
      { how: 'never dialled', tried: [], without: 'expired', told: nobody },
      { how: 'after a busy phone', tried: [{ reason: 'busy' }], without: 'expired', told: nobody },
    ],
    cancelled: [
      {
        how: 'while it rang',
        tried: [{ reason: 'cancelled', cancelled: true }],
        told: nobody,
      },
      {
        how: 'while somebody listened',
        tried: [{ ...listened, cancelled: true }],
        told: { answered: true, human: null, reached: true, heard_percent: 40 },
      },
      {
        how: 'when a machine had answered',
        tried: [{ ...machine, cancelled: true }],
        told: { answered: true, human: false, reached: false, heard_percent: 0 },
      },
    ],
    unknown: [{ how: 'lost before any answer', tried: [{ reason: 'lost' }], told: nobody }],
  };

function progressOf({ heard, human, completed, optedOut }: NonNullable<Tried['talk']>): CallProgress {
  return {
    ...sampleProgress,
    heardPercent: heard,
    human: human === true,
    completed: completed === true,
    optedOut: optedOut === true,
  };
}

function afterTrying(before: Call, tried: Tried, isLast: boolean): Call {
  let { call } = dialTransition(before);
  if (tried.answered) ({ call } = answerTransition(call));
  if (tried.cancelled) ({ call } = sampleTransition(requestEnd(call)));
  const verdict = {
    reason: tried.reason,
    fault: 'none',
    retryable: true,
    sipCode: null,
    q850Cause: null,
  } as const;
  const progress = tried.talk ? progressOf(tried.talk) : null;
  const end = { at: Date.now(), verdict, progress };
  const after = isLast
    ? afterAttempt(call, { ...end, anotherTrunk: false })
    : ({ next: 'retry', at: end.at } as const);
  return sampleTransition(endAttempt(call, lastAttempt(call).id, { ...end, after, timeline: [] })).call;
}

const rows = outcomes.flatMap((outcome) => table[outcome].map((row) => ({ outcome, ...row })));

describe('what is true of a call that has ended', () => {
  it.each(rows)('$outcome: $how', ({ outcome, tried, told, without }) => {
    const maxAttempts = without === undefined ? tried.length : tried.length + 1;
    const first = sampleCall();
    const begun: Call = { ...first, retry: { ...first.retry, maxAttempts } };
    const call = tried.reduce(
      (before, each, index) => afterTrying(before, each, without === undefined && index === tried.length - 1),
      begun,
    );
    const ended = without
      ? sampleTransition(
          endWithoutAttempt(call, { at: Date.now(), outcome: without, blockedBy: null, problem: null }),
        ).call
      : call;
    expect(viewCall(ended)).toMatchObject({ status: 'ended', outcome, ...told });
  });
});
