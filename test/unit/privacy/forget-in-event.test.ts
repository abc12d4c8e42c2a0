import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestEnd } from '../../../src/domain/calls/call-moves.ts';
import { renderCallEvent } from '../../../src/domain/calls/call-event-body.ts';
import type { CallFact } from '../../../src/domain/calls/call-event.ts';
import type { EndedTransfer } from '../../../src/domain/calls/ended-transfer.ts';
import type { Call, CallResponse } from '../../../src/domain/calls/call.ts';
import { viewCall } from '../../../src/domain/calls/call-view.ts';
import { renderCallBackDone } from '../../../src/domain/call-centre/call-back-request.ts';
import { renderMissedCall, renderOptIn, renderOptOut } from '../../../src/domain/lines/subscription-event.ts';
import { forgetInEvent, forgetInReply } from '../../../src/domain/privacy/forget-in-event.ts';
import { callBackRequest, missedCall, someOptOut } from '../http/fake-gateway.ts';
import { dialTransition, sampleCall, sampleIds, sampleProgress } from '../../support/sample-call.ts';

const planted = 'Ashalatha';
const at = 1_800_000_000_000;
const id = sampleIds.newId('evt');

const response: CallResponse = {
  ...{ question: 'q1', value: planted, key: '7', givenOn: 'call', attempt: 1, at, correct: true },
  person: planted,
  consent: { flow: { id: 'welcome', version: 1 }, language: 'hi' },
};

/** Its person in every field that may tell of them. */
function plantedCall(): Call {
  const { call } = dialTransition(sampleCall({ at }), { at });
  return {
    ...call,
    ...{
      reference: planted,
      toMasked: planted,
      variables: { name: planted },
      metadata: { [planted]: planted },
    },
    people: [{ id: planted, name: planted }],
    responses: [response],
    progress: { ...sampleProgress, result: planted, variables: { name: planted } },
    attempts: call.attempts.map((attempt) => ({ ...attempt, recording: { durationMs: 4_000 } })),
  };
}

const transfer: EndedTransfer = {
  ...{
    transferId: 't',
    step: 's',
    result: 'talked',
    at,
    attempt: 1,
    to: '+919000609999',
    waitedMs: 1,
    talkedMs: 1,
  },
  ...{ phonesCalled: 1, leg: sampleIds.newId('att'), trunk: 'carrier-a', reason: 'answered' },
};
const message = {
  ...{ id: sampleIds.newId('vm'), question: 'q1', attempt: 1, referenceNumber: planted, durationMs: 1 },
  ...{ recordedAt: at, prompt: null },
};
const facts: CallFact[] = [
  { type: 'call.queued' },
  { type: 'call.attempt_started', attempt: 1 },
  { type: 'call.response_recorded', response },
  { type: 'call.attempt_ended', attempt: 1, nextAttemptAt: null },
  { type: 'call.ended' },
  { type: 'opt_in.recorded', list: 'parents', response: { ...response, key: planted } },
  { type: 'opt_out.recorded', scope: 'all', confirmedBy: 'key' },
  { type: 'voice_message.recorded', message },
  { type: 'transfer.ended', transfer },
  { type: 'call_back.requested', response },
];

describe('an event that was forgotten', () => {
  it.each(facts.map((fact) => [fact.type, fact] as const))(
    '%s tells of its call, and of nobody',
    (_, fact) => {
      const { body } = renderCallEvent(plantedCall(), fact, { id, sequence: 3, at });
      expect(body).toContain(planted);
      const forgotten = forgetInEvent(body);
      expect(forgotten).not.toContain(planted);
      expect(forgotten).not.toContain('9999');
      expect(JSON.parse(forgotten)).toMatchObject({
        type: fact.type,
        id,
        sequence: 3,
        data: { call: { status: 'dialing' } },
      });
      expect(forgetInEvent(forgotten)).toBe(forgotten);
    },
  );

  const proof = { source: 'missed_call', missedCall: sampleIds.newId('mc'), line: '+911412345678' } as const;
  const optIn = { id: sampleIds.newId('opi'), person: 'p', member: planted, list: 'l', at, proof };
  const done = {
    request: { ...callBackRequest, reference: planted },
    agent: 'meena',
    result: planted,
    from: planted,
  };
  it.each([
    ['a missed call', renderMissedCall(missedCall, planted, { id, at }).body],
    ['an opt-in', renderOptIn(optIn as never, planted, { id, at }).body],
    ['an opt-out', renderOptOut(someOptOut.optOut, planted, { id, at }).body],
    ['a call-back that is done', renderCallBackDone(done, { id, at }).body],
  ])('of no call, %s, tells of nobody', (_, body) => {
    expect(body).toContain(planted);
    expect(forgetInEvent(body)).not.toContain(planted);
  });

  it('keeps whatever is in no field of a person, and any text is read', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (data, other) => {
        const strange = Object.fromEntries(Object.entries(data).map(([name, value]) => [`x-${name}`, value]));
        const event = JSON.parse(JSON.stringify({ other, data: strange })) as unknown;
        expect(JSON.parse(forgetInEvent(JSON.stringify(event)))).toEqual(event);
      }),
    );
  });
});

it('a reply that is kept for repeats tells of nobody', () => {
  const reply = forgetInReply(JSON.stringify(viewCall(plantedCall())));
  expect(reply).not.toContain(planted);
  expect(JSON.parse(reply)).toMatchObject({ status: 'dialing', to: null, reference: null, metadata: {} });
});

it('a reply that is no call is left as it is', () => {
  expect(forgetInReply('{}')).toBe('{}');
});

it('from the request on that its person be forgotten, nothing that is reported of a live call tells of them', () => {
  const asked = requestEnd(plantedCall(), 'erased');
  if (asked.result === 'ignored') throw new Error(asked.reason);
  const { body } = renderCallEvent(asked.call, { type: 'call.ended' }, { id, sequence: 3, at });
  expect(body).not.toContain(planted);
});

it('a request to forget comes after one to cancel, and not the other way round', () => {
  const cancelled = requestEnd(plantedCall());
  if (cancelled.result === 'ignored') throw new Error(cancelled.reason);
  const erased = requestEnd(cancelled.call, 'erased');
  expect(erased).toMatchObject({ result: 'moved', call: { attempts: [{ endRequested: 'erased' }] } });
  if (erased.result === 'ignored') throw new Error(erased.reason);
  expect(requestEnd(erased.call).result).toBe('ignored');
  expect(requestEnd(erased.call, 'erased').result).toBe('ignored');
});
