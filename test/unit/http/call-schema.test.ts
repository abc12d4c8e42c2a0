import type { AttemptId, VoiceMessageId } from '../../../src/domain/ids.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCallEvent } from '../../../src/domain/calls/call-event-body.ts';
import { callEventTypes, type CallEventType, type CallFact } from '../../../src/domain/calls/call-event.ts';
import { viewCall } from '../../../src/domain/calls/call-view.ts';
import type { Attempt, Call, CallResponse, CallState } from '../../../src/domain/calls/call.ts';
import { outcomes } from '../../../src/domain/calls/call.ts';
import { forgetInEvent } from '../../../src/domain/privacy/forget-in-event.ts';
import { verdictReasons } from '../../../src/domain/calls/verdict.ts';
import { callSchema } from '../../../src/http/call-schema.ts';
import { callEventSchema } from '../../../src/http/event-schema.ts';
import { callId } from './fake-gateway.ts';

const instant = fc.integer({ min: 1_700_000_000_000, max: 2_000_000_000_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const word = fc.string({ maxLength: 20 });
const value = fc.oneof(word, fc.integer(), fc.boolean());

const plainResponse: fc.Arbitrary<CallResponse> = fc.record({
  question: word,
  value: word,
  key: maybe(word),
  givenOn: fc.constantFrom('request', 'call'),
  attempt: maybe(fc.nat(10)),
  at: instant,
  correct: maybe(fc.boolean()),
  person: maybe(fc.oneof(word, fc.constantFrom('p1', 'p2'))),
});

const consent = fc.record({
  flow: fc.record({ id: word, version: fc.integer({ min: 1, max: 99 }) }),
  language: word,
});
const response: fc.Arbitrary<CallResponse> = fc.oneof(
  plainResponse,
  fc.tuple(plainResponse, consent).map(([given, words]) => ({ ...given, consent: words })),
);

const verdict = fc.record({
  reason: fc.constantFrom(...verdictReasons),
  fault: fc.constantFrom(
    'none' as const,
    'callee' as const,
    'carrier' as const,
    'configuration' as const,
    'gateway' as const,
    'unknown' as const,
  ),
  retryable: fc.boolean(),
  sipCode: maybe(fc.nat(699)),
  q850Cause: maybe(fc.nat(127)),
});

const attempt = fc.record({
  id: fc.constant('att_1'),
  number: fc.integer({ min: 1, max: 10 }),
  trunk: word,
  callerId: maybe(word),
  sendAt: instant,
  startedAt: instant,
  ringingAt: maybe(instant),
  answeredAt: maybe(instant),
  recording: fc.option(fc.record({ durationMs: fc.nat(3_600_000) })),
  endRequested: fc.constant(null),
  ended: maybe(fc.record({ at: instant, verdict })),
}) as unknown as fc.Arbitrary<Attempt>;

const state = fc.oneof(
  fc.record({ status: fc.constantFrom('queued', 'waiting_retry'), nextAttemptAt: instant }),
  fc.record({ status: fc.constant('dialing'), attempt: fc.constant(1) }),
  fc.record({ status: fc.constant('in_progress'), attempt: fc.constant(1), session: fc.constant({}) }),
  fc.record({
    status: fc.constant('ended'),
    endedAt: instant,
    outcome: fc.constantFrom(...outcomes),
    blockedBy: maybe(word),
    problem: maybe(fc.record({ code: fc.constant('prompt_unavailable'), detail: word })),
  }),
) as unknown as fc.Arbitrary<CallState>;

const score = fc.record({ correct: fc.nat(), answered: fc.nat(), total: fc.nat() });

/** Calls as they may be stored, as far as their view depends on it. */
const call = fc.record({
  id: fc.constant(callId),
  direction: fc.constant('outgoing'),
  line: fc.constant(null),
  reference: maybe(word),
  campaignId: maybe(word),
  list: maybe(word),
  toMasked: fc.constant('+91******3210'),
  language: word,
  flow: fc.record({ id: word, version: fc.integer({ min: 1, max: 99 }) }),
  createdAt: instant,
  responses: fc.array(response, { maxLength: 3 }),
  attempts: fc.array(attempt, { minLength: 1, maxLength: 3 }),
  state,
  progress: maybe(
    fc.record({
      completed: fc.boolean(),
      optedOut: fc.boolean(),
      human: maybe(fc.boolean()),
      heardPercent: fc.nat(100),
      heardMs: fc.constant({}),
      resumeAt: maybe(word),
      result: maybe(value),
      score: maybe(score),
      variables: fc.constant({}),
      people: fc.array(
        fc.record({
          id: fc.constantFrom('p1', 'p2', 'p3'),
          completed: fc.boolean(),
          resumeAt: maybe(word),
          score: maybe(score),
          variables: fc.constant({}),
        }),
        { maxLength: 3 },
      ),
    }),
  ),
  people: fc.array(fc.record({ id: fc.constantFrom('p1', 'p2'), name: word }), { maxLength: 2 }),
  metadata: fc.dictionary(word, word, { maxKeys: 3 }),
  sequence: fc.nat(),
}) as unknown as fc.Arbitrary<Call>;

test('the call as it is shown is the call as it is documented', () => {
  fc.assert(
    fc.property(call, (stored) => {
      expect(callSchema.safeParse(onTheWire(viewCall(stored))).error?.issues).toBeUndefined();
    }),
  );
});

const factOf: Record<CallEventType, (given: CallResponse, at: number) => CallFact> = {
  'call.queued': () => ({ type: 'call.queued' }),
  'call.attempt_started': () => ({ type: 'call.attempt_started', attempt: 1 }),
  'call.ringing': () => ({ type: 'call.ringing', attempt: 1 }),
  'call.answered': () => ({ type: 'call.answered', attempt: 1 }),
  'call.response_recorded': (given) => ({ type: 'call.response_recorded', response: given }),
  'call.attempt_ended': (_given, at) => ({ type: 'call.attempt_ended', attempt: 1, nextAttemptAt: at }),
  'call.ended': () => ({ type: 'call.ended' }),
  'opt_in.recorded': (given) => ({
    type: 'opt_in.recorded',
    list: 'parents',
    response: { ...given, key: '1', consent: { flow: { id: 'welcome', version: 1 }, language: 'hi' } },
  }),
  'opt_out.recorded': () => ({ type: 'opt_out.recorded', scope: 'all', confirmedBy: 'key' }),
  'call_back.requested': (given) => ({ type: 'call_back.requested', response: given }),
  'voice_message.recorded': (given, at) => ({
    type: 'voice_message.recorded',
    message: {
      id: 'vm_01k6m3q4t8v5w2x9y7z1a3b5c7' as VoiceMessageId,
      question: given.question,
      attempt: 1,
      referenceNumber: '1234566',
      durationMs: 4_120,
      recordedAt: at,
      prompt: null,
    },
  }),
  'transfer.ended': (given, at) => ({
    type: 'transfer.ended',
    transfer: {
      ...{ transferId: 'transfer-1', step: given.question, result: 'talked', at, attempt: 1 },
      ...{ to: '+919000609999', waitedMs: 8_100, talkedMs: 19_900, phonesCalled: 1 },
      ...{ leg: 'att_01k6m3q4t8v5w2x9y7z1a3b5c7' as AttemptId, trunk: 'carrier-a', reason: 'answered' },
    },
  }),
};

describe('the body of an event is the one that is documented, also when its person was erased', () => {
  test.each(callEventTypes)('%s', (type) => {
    fc.assert(
      fc.property(call, response, instant, (stored, given, at) => {
        const { body } = renderCallEvent(stored, factOf[type](given, at), {
          id: 'evt_1' as never,
          sequence: 7,
          at,
        });
        for (const text of [body, forgetInEvent(body)])
          expect(callEventSchema(type).safeParse(JSON.parse(text)).error?.issues).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

function onTheWire(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}
