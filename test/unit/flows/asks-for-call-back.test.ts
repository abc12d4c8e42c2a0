import { expect, it } from 'vitest';
import type { CallResponse } from '../../../src/domain/calls/call.ts';
import { asksForCallBack } from '../../../src/domain/flows/asks-for-call-back.ts';
import type { StepDefinition } from '../../../src/domain/flows/flow-definition.ts';

const text = { text: { en: 'For a person, press 2.' } };
const choice: StepDefinition = {
  ...{ id: 'help', type: 'choice', say: text },
  options: { '1': { value: 'no' }, '2': { value: 'person', call_me_back: true }, '3': { value: 'person' } },
};
const digits: StepDefinition = { id: 'age', type: 'digits', say: text, min: 1, max: 2 };
const flow = {
  steps: new Map<string, StepDefinition>([
    ['help', choice],
    ['age', digits],
  ]),
};

function response(question: string, value: string, key: string | null): CallResponse {
  const givenOn = key === null ? 'request' : 'call';
  return { question, value, key, givenOn, attempt: 1, at: 0, correct: null, person: null };
}

it.each([
  ['the key of an option with it', response('help', 'person', '2'), true],
  ['the key of another option', response('help', 'no', '1'), false],
  ['the same value by another key', response('help', 'person', '3'), false],
  [
    'an answer from another channel, where they were told of somebody else',
    response('help', 'person', null),
    false,
  ],
  ['another kind of step', response('age', '2', '2'), false],
  ['a step that the flow does not have', response('bye', 'person', '2'), false],
])('%s: %#', (_what, given, asks) => {
  expect(asksForCallBack(flow, given)).toBe(asks);
});
