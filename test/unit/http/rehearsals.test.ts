import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { rehearsalSchema } from '../../../src/http/rehearsal-schema.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { rehearseFlow } from '../../../src/workflows/rehearse-flow.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, type FakeGateway } from './fake-gateway.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const spoken = (en: string, hi: string) => ({ text: { en, hi } });
const quiz = {
  title: 'Quiz',
  languages: ['en', 'hi'],
  keys: { repeat: '*', opt_out: '0' },
  steps: [
    { id: 'hello', type: 'message', say: spoken('Hello {{name}}.', 'नमस्ते {{name}}।') },
    {
      id: 'q1',
      type: 'choice',
      say: spoken('One?', 'एक?'),
      options: { '1': { value: 'a' }, '2': { value: 'b' } },
      correct: 'b',
    },
    { id: 'age', type: 'digits', say: [spoken('Age?', 'उम्र?'), { pause: 'PT0.3S' }], max: 2 },
  ],
};

/** The real use case on one stored flow: version 3 of «quiz». */
function gatewayWithQuiz(): FakeGateway {
  const validated = validateFlow(quiz, libraryOf(words));
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  const stored = { id: 'quiz', version: 3, definition: validated.flow, createdAt: 0 };
  const getFlow = (id: string, version: number | null) =>
    Promise.resolve(id === 'quiz' && (version ?? 3) === 3 ? stored : null);
  const knownDurationMs = (part: { kind: string; text?: string | null }) =>
    part.text === 'One?' ? 777 : null;
  const noPrompts = { names: () => Promise.resolve([]) };
  return fakeGateway({
    rehearseFlow: (request) =>
      rehearseFlow({ flows: { getFlow }, prompts: noPrompts, words, knownDurationMs }, request),
  });
}

async function rehearsal(path: string, body: unknown) {
  const response = await ask(gatewayWithQuiz(), `POST /v1/flows/${path}/rehearse`, { body });
  expect(response.status).toBe(200);
  return rehearsalSchema.parse(await response.json());
}

const variables = { name: 'Asha' };

describe('a rehearsal over HTTP', () => {
  test('tells in order what is heard, pressed and recorded, and how it ended', async () => {
    const told = await rehearsal('quiz', { keys: ['2', '42'], variables });
    expect(told).toMatchObject({
      flow: { id: 'quiz', version: 3 },
      language: 'en',
      ending: 'flow_ended',
      outcome: 'completed',
      heard_percent: 100,
      resume_at: null,
      score: { correct: 1, answered: 1, total: 1 },
      unused_keys: [],
    });
    expect(told.advice.map(({ code }) => code)).toEqual([
      'recording_not_said',
      'caller_not_said',
      'recording_not_said',
      'caller_not_said',
      'no_practice_key',
    ]);
    expect(told.responses).toEqual([
      { question: 'q1', value: 'b', key: '2', given_on: 'call', correct: true },
      { question: 'age', value: '42', key: null, given_on: 'call', correct: null },
    ]);
    expect(told.timeline.map(({ type, step, text, key }) => [type, step, text ?? key])).toEqual([
      ['step', 'hello', undefined],
      ['prompt', 'hello', 'Hello Asha.'],
      ['step', 'q1', undefined],
      ['prompt', 'q1', 'One?'],
      ['key', 'q1', '2'],
      ['response', 'q1', undefined],
      ['step', 'age', undefined],
      ['prompt', 'age', 'Age?'],
      ['key', 'age', '4'],
      ['key', 'age', '2'],
      ['response', 'age', undefined],
      ['flow_ended', null, undefined],
    ]);
    const prompts = told.timeline.filter(({ type }) => type === 'prompt');
    expect(prompts[1]?.parts).toEqual([
      { text: 'One?', language: 'en', duration: 'PT0.777S', measured: true },
    ]);
    expect(prompts[2]?.parts).toEqual([
      { text: 'Age?', language: 'en', duration: 'PT0.48S', measured: false },
      { text: null, language: null, duration: 'PT0.3S', measured: true },
    ]);
    expect(told.timeline[1]).toMatchObject({ after: 'PT0S', duration: 'PT1.04S', heard: 'PT1.04S' });
  });

  test('is in the language, from the step and with the answers that it is given', async () => {
    const told = await rehearsal('quiz@3', {
      language: 'hi',
      keys: [null, '7'],
      responses: { q1: 'a' },
      start_at: 'q1',
      variables,
      after_keys: 'hang_up',
    });
    expect(told.timeline.flatMap(({ text }) => text ?? [])).toEqual([
      'उम्र?',
      `${words['hi']?.['system.please_press'] ?? ''} उम्र?`,
    ]);
    expect(told.responses.map(({ question, given_on }) => [question, given_on])).toEqual([
      ['q1', 'request'],
      ['age', 'call'],
    ]);
  });

  test('may be of a flow that is not stored yet', async () => {
    const told = await rehearsal('draft', {
      keys: [],
      definition: { ...quiz, steps: [{ id: 'bye', type: 'message', say: spoken('Bye', 'विदा') }] },
    });
    expect(told.flow).toEqual({ id: 'draft', version: null });
    expect(told.timeline.flatMap(({ text }) => text ?? [])).toEqual(['Bye']);
  });

  test.each<[string, unknown, { pointer: string; detail: string }[]]>([
    [
      'a language that the flow has not',
      { keys: [], language: 'ta', variables },
      [{ pointer: '/language', detail: "must be one of the flow's languages: en, hi" }],
    ],
    [
      'a value that is missing',
      { keys: [] },
      [{ pointer: '/variables/name', detail: 'is spoken in the flow, so it must be given' }],
    ],
    [
      'keys that no phone has',
      { keys: ['1', 'A', 7], variables },
      [
        { pointer: '/keys/1', detail: 'must be keys of a phone (0 to 9, * and #), at most 32 of them' },
        { pointer: '/keys/2', detail: 'must be a string, not a number' },
      ],
    ],
    ['no keys', { variables }, [{ pointer: '/keys', detail: 'is required' }]],
    [
      'too many keys',
      { keys: Array.from({ length: 501 }, () => null), variables },
      [{ pointer: '/keys', detail: 'must have at most 500 entries' }],
    ],
    [
      'a mistake in the flow that it brings',
      { keys: [], definition: { ...quiz, titel: 'x' } },
      [{ pointer: '/definition/titel', detail: 'is no field that is known here' }],
    ],
    [
      'many things at once',
      { keys: [], language: 'ta', start_at: 'q2', responses: { q1: 'c', q9: 'a' } },
      [
        { pointer: '/language', detail: "must be one of the flow's languages: en, hi" },
        { pointer: '/start_at', detail: 'must be the id of a step in the flow' },
        { pointer: '/responses/q1', detail: "must be one of the question's options: a, b" },
        { pointer: '/responses/q9', detail: 'must be a question of the flow' },
      ],
    ],
  ])('is refused for %s', async (_, body, errors) => {
    const response = await ask(gatewayWithQuiz(), 'POST /v1/flows/quiz/rehearse', { body });
    const problem = await expectProblem(response, 'invalid_request');
    expect(problem.errors).toMatchObject(errors);
    expect(problem.errors).toHaveLength(errors.length);
  });

  test.each(['nothing', 'quiz@4', 'Quiz', 'quiz@0'])('of a flow that is not there is 404: %s', async (id) => {
    const response = await ask(gatewayWithQuiz(), `POST /v1/flows/${id}/rehearse`, { body: { keys: [] } });
    await expectProblem(response, 'not_found');
  });
});
