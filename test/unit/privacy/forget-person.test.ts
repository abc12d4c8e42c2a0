import { expect, it } from 'vitest';
import { countedAnswers } from '../../../src/domain/privacy/counted-answers.ts';
import { forgetEntry, forgetPerson } from '../../../src/domain/privacy/forget-person.ts';
import type { CallResponse } from '../../../src/domain/calls/call.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { sampleCall, sampleProgress, timelineEntry } from '../../support/sample-call.ts';

const at = 1_800_000_000_000;
const answer = (question: string, value: string): CallResponse => ({
  ...{ question, value, key: '1', givenOn: 'call', attempt: 1, at, correct: null, person: null },
});

it('leaves of a call what is counted, and nothing that tells of a person', () => {
  const people = [{ id: 'p1', completed: true, resumeAt: null, score: null, variables: { name: 'Asha' } }];
  const progress = { ...sampleProgress, result: 'Asha', people };
  const call = sampleCall({ at, changes: { progress, responses: [answer('q1', 'Asha')] } });
  const forgotten = forgetPerson(call);
  expect(forgotten).toMatchObject({
    ...{ id: call.id, flow: call.flow, language: 'hi', state: call.state, callingHours: call.callingHours },
    ...{ reference: null, toMasked: '', variables: {}, people: [], metadata: {}, responses: [] },
    progress: { heardPercent: 62, resumeAt: 'q4', score: sampleProgress.score, result: null, variables: {} },
  });
  expect(JSON.stringify(forgotten)).not.toMatch(/Asha|आशा|Ravi|Pune|teacher-4711|0001/);
});

it('leaves of a timeline which steps were come to, and no key', () => {
  expect(forgetEntry(timelineEntry('step', at))).toEqual({
    ...{ at, type: 'step', attempt: 1, step: 'q1', key: null, detail: {} },
  });
  const ended = { ...timelineEntry('call.ended', at), key: null, detail: { outcome: 'cancelled' } };
  expect(forgetEntry(ended)).toEqual(ended);
});

const flow = {
  languages: ['hi', 'en'],
  steps: [
    { id: 'choice', type: 'choice', say: 'x', options: { '1': { value: 'a' }, '2': { value: 'b' } } },
    { id: 'consent', type: 'consent', say: 'x' },
    { id: 'digits', type: 'digits', say: 'x', max: 4 },
    { id: 'who', type: 'person' },
    { id: 'said', type: 'voice_message', say: 'x' },
    { id: 'hello', type: 'message', say: 'x' },
  ],
} as unknown as FlowDefinition;

it.each([
  ['choice', 'b', 'b'],
  ['choice', 'given on another channel, of an earlier version', 'erased'],
  ['consent', 'yes', 'yes'],
  ['digits', '4711', 'erased'],
  ['who', 'p1', 'erased'],
  ['said', 'vm_01k6m3q4t8v5w2x9y7z1a3b5c7', 'erased'],
  ['hello', 'Asha', 'erased'],
  ['gone', 'Asha', 'erased'],
])('counts the answer to %s, «%s», as «%s»', (question, value, counted) => {
  expect(countedAnswers({ responses: [answer(question, value)] }, flow)).toEqual([
    { question, value: counted },
  ]);
});

it('counts every answer of a flow that is gone as one that is nobody’s', () => {
  expect(countedAnswers({ responses: [answer('choice', 'b')] }, null)).toEqual([
    { question: 'choice', value: 'erased' },
  ]);
});
