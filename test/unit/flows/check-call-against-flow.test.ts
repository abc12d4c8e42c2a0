import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCallAgainstFlow, type CallOfFlow } from '../../../src/domain/flows/check-call-against-flow.ts';
import { flowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { isCorrect } from '../../../src/domain/flows/is-correct.ts';

function flowNamed(name: string) {
  const file = join(import.meta.dirname, `../../scenarios/flows/${name}.json`);
  return flowDefinition.parse(JSON.parse(readFileSync(file, 'utf8')));
}
const flows = {
  quiz: flowNamed('quiz'),
  survey: flowNamed('survey'),
  clinic: flowNamed('clinic'),
  family: flowNamed('family'),
};
const asha = { id: 'p1', name: 'Asha' };

describe('a call', () => {
  it.each<[string, keyof typeof flows, CallOfFlow, string[]]>([
    ['with nothing but its flow', 'quiz', {}, []],
    ['that fits', 'quiz', { language: 'hi', start_at: 'q2', responses: { q1: 'a', q2: 'b' } }, []],
    [
      'in another language',
      'quiz',
      { language: 'ta' },
      ["/language: must be one of the flow's languages: en, hi"],
    ],
    [
      'from a step that is not there',
      'quiz',
      { start_at: 'q9' },
      ['/start_at: must be the id of a step in the flow'],
    ],
    [
      'with an answer to no question',
      'quiz',
      { responses: { welcome: 'a', 'a/b': 'a' } },
      [
        '/responses/welcome: must be a question of the flow',
        '/responses/a~1b: must be a question of the flow',
      ],
    ],
    [
      'with an answer that nobody can give',
      'quiz',
      { responses: { q1: 'c' } },
      ["/responses/q1: must be one of the question's options: a, b"],
    ],
    ['with a language that was chosen before', 'clinic', { responses: { language: 'hi' } }, []],
    [
      'with a language that is not offered',
      'clinic',
      { responses: { language: 'ta' } },
      ["/responses/language: must be one of the question's options: hi, en"],
    ],
    [
      'of the people on a shared phone',
      'family',
      { people: [asha, { id: 'p2', name: 'Ravi', responses: { q1: 'a' } }] },
      [],
    ],
    [
      'of a shared phone without people',
      'family',
      {},
      ['/people: must be given: the flow asks who of them is on the phone'],
    ],
    [
      'with people whom nobody asks for',
      'quiz',
      { people: [asha] },
      ['/people: is for a flow with a person step, and this flow has none'],
    ],
    [
      'with people who cannot be told apart',
      'family',
      { people: [asha, asha, { id: 'none', name: 'Ravi' }] },
      [
        '/people/1/id: is the id of somebody before',
        '/people/1/name: is the name of somebody before: nobody could tell them apart',
        '/people/2/id: must not be «none», which stands for nobody of them',
      ],
    ],
    [
      'with answers of people that nobody can give',
      'family',
      { people: [{ ...asha, responses: { q1: 'z', who: 'p1' } }] },
      [
        "/people/0/responses/q1: must be one of the question's options: a, b",
        '/people/0/responses/who: must be a question of the flow',
      ],
    ],
    ['with digits in range', 'survey', { responses: { age: '20', phone: '9876543210' } }, []],
    [
      'with digits out of range',
      'survey',
      { responses: { age: '0', phone: '123' } },
      [
        '/responses/age: must be digits that the question accepts: see its min, max, range and pattern',
        '/responses/phone: must be digits that the question accepts: see its min, max, range and pattern',
      ],
    ],
    [
      'with full-width digits',
      'survey',
      { responses: { age: '２０' } },
      ['/responses/age: must be digits that the question accepts: see its min, max, range and pattern'],
    ],
  ])('%s', (_, flow, call, expected) => {
    expect(
      checkCallAgainstFlow(flows[flow], call).map(({ pointer, detail }) => `${pointer}: ${detail}`),
    ).toEqual(expected);
  });
});

describe('an answer', () => {
  it.each([
    ['q1', 'b', true],
    ['q1', 'a', false],
    ['welcome', 'a', null],
    ['nothing', 'a', null],
  ])('to %s with %s is correct: %s', (question, value, expected) => {
    expect(isCorrect(flows.quiz, { question, value })).toBe(expected);
  });
});
