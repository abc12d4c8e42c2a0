import { randomBytes } from 'node:crypto';
import type { Acceptance, Transition } from '../../src/db/ledger.ts';
import type { CallFact, TimelineEntry } from '../../src/domain/calls/call-event.ts';
import type { Call, CallProgress, CallResponse } from '../../src/domain/calls/call.ts';
import {
  advanceTalk,
  answer,
  endAttempt,
  startAttempt,
  type Move,
} from '../../src/domain/calls/call-moves.ts';
import type { FlowSession } from '../../src/domain/flows/flow-session.ts';
import type { Verdict } from '../../src/domain/calls/verdict.ts';
import { createIdSource } from '../../src/domain/ids.ts';
import { defaultRetryPolicy } from '../../src/domain/calls/retry-policy.ts';
import { assert } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createVault } from '../../src/db/vault.ts';
import { queued } from '../../src/workflows/queued.ts';
import { transitionOf } from '../../src/workflows/transition-of.ts';

/** Calls for tests of what stores them: whole and plausible, each with a number of its own. */
export const sampleIds = createIdSource(systemClock, (count) => randomBytes(count));

/** Any 32 bytes. */
export const sampleKey = Buffer.alloc(32, 7);
/** What hashes the numbers of sample calls: a ledger that keeps numbers in a vault must have the same. */
export const sampleVault = createVault(sampleKey);

let lastNumber = 0;

export function sampleNumber(): string {
  lastNumber += 1;
  return `+9190000${String(lastNumber).padStart(5, '0')}`;
}

export interface SampleCall {
  number?: string;
  dueAt?: number;
  at?: number;
  changes?: Partial<Call>;
}

/** A call as it is before it was accepted: it waits from the beginning. */
export function sampleCall({
  number = sampleNumber(),
  at = Date.now(),
  dueAt = at,
  changes = {},
}: SampleCall = {}): Call {
  return {
    id: sampleIds.newId('call'),
    direction: 'outgoing',
    line: null,
    reference: 'teacher-4711',
    campaignId: null,
    list: null,
    person: sampleVault.personOf(number),
    toMasked: '+91******0001',
    language: 'hi',
    flow: { id: 'teacher-quiz', version: 3 },
    priority: 'normal',
    purpose: 'service',
    variables: { name: 'आशा', count: 2, known: true, nothing: null },
    people: [
      { id: 'p1', name: 'आशा' },
      { id: 'p2', name: 'Ravi' },
    ],
    startAt: null,
    notBefore: null,
    notAfter: at + 7 * 24 * 3_600_000,
    callingHours: {
      start: '00:00',
      end: '24:00',
      days: ['mon', 'sun'],
      timeZone: 'Asia/Kolkata',
      holidays: ['2026-08-15'],
    },
    retry: defaultRetryPolicy,
    callerId: null,
    trunk: null,
    maxDurationMs: 900_000,
    record: false,
    machineDetection: true,
    metadata: { district: 'Pune' },
    createdAt: at,
    responses: [],
    attempts: [],
    state: { status: 'queued', nextAttemptAt: dueAt },
    progress: null,
    sequence: 0,
    revision: 0,
    ...changes,
  };
}

/** The transition that stores a new call. */
export function firstTransition(call: Call, facts: CallFact[] = [{ type: 'call.queued' }]): Transition {
  return transitionOf(sampleIds, { result: 'moved', call, facts, timeline: [] }, call.createdAt);
}

/** The same of one that is accepted and ends at once, for an opt-out. */
export function blockedTransition(call: Call): Transition {
  return sampleTransition(queued({ ...call, sequence: 0, revision: 0 }, 'opt_out:all'), call.createdAt);
}

export interface SampleAcceptance extends SampleCall {
  idempotency?: Acceptance['idempotency'];
  reply?: string;
}

export function sampleAcceptance(options: SampleAcceptance = {}): Acceptance {
  const number = options.number ?? sampleNumber();
  const transition = firstTransition(sampleCall({ ...options, number }));
  return { transition, number, idempotency: options.idempotency ?? null, reply: options.reply ?? '{}' };
}

/** A move of a call, ready to be committed. */
export function sampleTransition(move: Move, at: number = Date.now()): Transition {
  assert(move.result === 'moved', `the move applies${move.result === 'ignored' ? `: ${move.reason}` : ''}`);
  return transitionOf(sampleIds, move, at);
}

export function dialTransition(
  call: Call,
  dial: {
    trunk?: string;
    asterisk?: string;
    epoch?: number;
    sendAt?: number;
    goneBy?: number;
    at?: number;
  } = {},
): Transition {
  const at = dial.at ?? Date.now();
  const {
    trunk = 'carrier-a',
    asterisk = 'asterisk',
    epoch = 7,
    sendAt = at,
    goneBy = sendAt + 1_000_000,
  } = dial;
  return sampleTransition(
    startAttempt(call, {
      ...{
        id: sampleIds.newId('att'),
        trunk,
        asterisk,
        epoch,
        callerId: '+911600000001',
        sendAt,
        goneBy,
        at,
      },
    }),
    at,
  );
}

export function answerTransition(call: Call, at: number = Date.now()): Transition {
  return sampleTransition(
    answer(call, lastAttempt(call).id, { at, session: sampleSession(), timeline: [] }),
    at,
  );
}

/** Of an attempt that somebody took, and talked. */
export const answeredVerdict: Verdict = {
  reason: 'answered',
  fault: 'none',
  retryable: false,
  sipCode: 200,
  q850Cause: 16,
};

/** Whoever had taken it has hung up: the call ends as `partial`. */
export function hungUpTransition(
  call: Call,
  { progress, at = Date.now() }: { progress: CallProgress | null; at?: number },
): Transition {
  const after = { next: 'end', outcome: 'partial', problem: null } as const;
  const end = { at, verdict: answeredVerdict, progress, after, timeline: [] };
  return sampleTransition(endAttempt(call, lastAttempt(call).id, end), at);
}

/** Nobody took it: the call ends, or is tried again at `retryAt`. */
export function noAnswerTransition(
  call: Call,
  { retryAt = null, at = Date.now() }: { retryAt?: number | null; at?: number } = {},
): Transition {
  const verdict = {
    reason: 'no_answer',
    fault: 'callee',
    retryable: true,
    sipCode: 480,
    q850Cause: 19,
  } as const;
  const after =
    retryAt === null
      ? ({ next: 'end', outcome: 'no_answer', problem: null } as const)
      : ({ next: 'retry', at: retryAt } as const);
  return sampleTransition(
    endAttempt(call, lastAttempt(call).id, { at, verdict, progress: null, after, timeline: [] }),
    at,
  );
}

/** The flow went on: with these responses, perhaps an opt-out, and the progress that a talk has. */
export function talkTransition(
  call: Call,
  talk: { responses?: CallResponse[]; optOutScope?: string; at?: number } = {},
): Transition {
  const { responses = [], optOutScope = null, at = Date.now() } = talk;
  const kept = {
    session: sampleSession(),
    progress: sampleProgress,
    questions: ['q0', 'q1', 'q2'],
    timeline: [],
  };
  return sampleTransition(advanceTalk(call, { ...kept, responses, optOutScope }), at);
}

export const sampleProgress: CallProgress = {
  completed: false,
  optedOut: true,
  human: true,
  heardPercent: 62,
  heardMs: { welcome: 3_000 },
  resumeAt: 'q4',
  result: null,
  score: { correct: 1, answered: 2, total: 3 },
  variables: { name: 'Asha' },
};

export function lastAttempt(call: Call): Call['attempts'][number] {
  const last = call.attempts.at(-1);
  assert(last, 'the call was attempted');
  return last;
}

export function sampleSession(): FlowSession {
  return {
    step: 'q1',
    begun: 'welcome',
    phase: { phase: 'listening', promptId: null, timerId: 't1', purpose: 'step' },
    language: 'hi',
    variables: { name: 'Asha' },
    responses: { q0: { value: 'b', key: '2', givenOn: 'call', at: 1_800_000_000_123, correct: null } },
    human: true,
    heardMs: { welcome: 2310 },
    met: ['q0', 'q1'],
    passed: [],
    settled: false,
    confirming: null,
    lateTerminator: { key: '#', until: 1_800_000_000_456 },
    welcomeBack: true,
    announceRecording: false,
    attempts: { noInput: 1, invalid: 0 },
    typed: ['1'],
    ahead: [],
    givenUp: [],
    completionHeard: false,
    people: [],
    person: null,
    common: null,
    onward: null,
    result: null,
    ending: null,
    lastPrompt: 3,
    lastTimer: 2,
    recorded: null,
    lookup: null,
    lastRecording: 0,
    lastLookup: 0,
    transfer: null,
    lastTransfer: 0,
  };
}

export function timelineEntry(type: string, at: number): TimelineEntry {
  return { at, type, attempt: 1, step: 'q1', key: '2', detail: { use: 'taken', count: 1, missing: null } };
}

/** Somebody who is called for others. */
export const sampleAgent = sampleVault.personOf('+919000609999');
