import { expect, it } from 'vitest';
import { advanceTalk, answer, startAttempt, type Move } from '../../../src/domain/calls/call-moves.ts';
import type { Call, CallResponse } from '../../../src/domain/calls/call.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import { assert } from '../../../src/lib/assert.ts';
import { sampleCall, sampleProgress, sampleSession } from '../../support/sample-call.ts';

const attempt = 'att_1' as AttemptId;
const response: CallResponse = {
  ...{
    question: 'q1',
    value: 'b',
    key: '2',
    givenOn: 'call',
    attempt: 1,
    at: 1_000,
    correct: true,
    person: null,
  },
};

function moved(move: Move): Extract<Move, { result: 'moved' }> {
  assert(move.result === 'moved', 'the move applies');
  return move;
}

function talking(): Call {
  const dial = {
    ...{ id: attempt, trunk: 'carrier-a', asterisk: 'asterisk', epoch: 1, callerId: null },
    ...{ sendAt: 0, goneBy: 1_000_000, at: 0 },
  };
  const dialled = moved(startAttempt(sampleCall(), dial)).call;
  return moved(answer(dialled, attempt, { at: 500, session: sampleSession(), timeline: [] })).call;
}

function given(
  call: Call,
  optOutScope: string | null,
  responses = [response],
): Extract<Move, { result: 'moved' }> {
  const progress = { ...sampleProgress, optedOut: optOutScope !== null };
  const talk = { session: sampleSession(), progress, responses, questions: ['q1'], timeline: [] };
  return moved(advanceTalk(call, { ...talk, optOutScope }));
}

it('a response and an opt-out are reported once, also where the commit that kept them is made again', () => {
  const first = given(talking(), 'all');
  expect(first.facts.map(({ type }) => type)).toEqual(['call.response_recorded', 'opt_out.recorded']);
  const again = given(first.call, 'all');
  expect(again.facts).toEqual([]);
  expect(again.call.responses).toEqual([response]);
});

it('answers of two people to one question stand beside each other, in the order of the people', () => {
  const ravi = { ...response, person: 'p2', value: 'a' };
  const asha = { ...response, person: 'p1', at: 2_000 };
  const first = given(talking(), null, [ravi]);
  const both = given(first.call, null, [asha]);
  expect(both.facts).toEqual([{ type: 'call.response_recorded', response: asha }]);
  expect(both.call.responses).toEqual([asha, ravi]);
});
