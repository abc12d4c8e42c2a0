import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { keys } from '../../../src/domain/flows/flow-definition.ts';
import { lengthsOf, parseKeyPattern } from '../../../src/domain/flows/key-pattern.ts';
import { rehearseFlow } from '../../../src/domain/flows/rehearsal/rehearse-flow.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { lengthOfPart } from '../../../src/domain/prompts/part-length.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { anyFlow } from '../../support/any-flow.ts';
import { placesIn, put } from '../../support/change-json.ts';
import { mendable } from '../../support/mendable.ts';
import { plainStart } from '../../support/plain-start.ts';

const root = join(import.meta.dirname, '../../..');
const words = await loadBuiltInWords(join(root, 'prompts'));
const library = libraryOf(words);

type Json = Record<string, unknown>;
const survey = readFileSync(join(root, 'test/scenarios/flows/survey.json'), 'utf8');
const places = placesIn(JSON.parse(survey));
const text = (en: string) => ({ text: { en } });
const hello = { id: 'hello', type: 'message', say: text('Hello.') };
const question = {
  id: 'q1',
  type: 'choice',
  say: text('One?'),
  options: { '1': { value: 'a' }, '2': { value: 'b' } },
};
const age = { id: 'age', type: 'digits', say: text('Age?'), max: 2 };

function flow(steps: unknown[], more: Json = {}): Json {
  return { title: 'Flow', languages: ['en'], steps, ...more };
}

function faultsOf(json: unknown) {
  const validated = validateFlow(json, library);
  return validated.result === 'valid' ? [] : validated.faults;
}

describe('what was meant by a misspelt word', () => {
  it.each<[string, Json, string, string]>([
    ['a field of the flow', flow([hello], { langauges: ['en'] }), '/langauges', 'languages'],
    ['a key of the flow', flow([hello], { keys: { opt_ot: '0' } }), '/keys/opt_ot', 'opt_out'],
    ['a default', flow([hello], { defaults: { atempts: 2 } }), '/defaults/atempts', 'attempts'],
    ['a field of a step', flow([{ ...hello, bargein: true }]), '/steps/0/bargein', 'barge_in'],
    [
      'a field of an option',
      flow([{ ...question, options: { '1': { valeu: 'a', value: 'b' } } }]),
      '/steps/0/options/1/valeu',
      'value',
    ],
    [
      'a field of a reminder',
      flow([{ ...question, no_input: { sya: 'system.please_press' } }]),
      '/steps/0/no_input/sya',
      'say',
    ],
    [
      'a field of a condition',
      flow([question, { id: 'b', type: 'branch', when: [{ if: 'q1 = 1', next: 'end', nxt: 'end' }] }]),
      '/steps/1/when/0/nxt',
      'next',
    ],
    ['a type', flow([{ ...hello, type: 'mesage' }]), '/steps/0/type', 'message'],
    ['a step', flow([{ ...hello, next: 'q' }, question]), '/steps/0/next', 'q1'],
    ['a prompt', flow([{ ...hello, say: 'system.goodby' }]), '/steps/0/say', 'system.goodbye'],
    ['a kind of thing to be said', flow([{ ...hello, say: { txt: {} } }]), '/steps/0/say', 'text'],
  ])('is told: %s', (_, definition, pointer, meant) => {
    expect(faultsOf(definition)).toContainEqual(
      expect.objectContaining({ pointer, suggestion: `Did you mean «${meant}»?` }),
    );
  });
});

describe('what to do', () => {
  const two = { ...age, id: 'two', max: 2 };
  it.each<[string, unknown, string, string]>([
    ['no title', { ...flow([hello]), title: undefined }, '/title', 'Add "title": "…", in quotes.'],
    ['a number in quotes', flow([{ ...age, max: '2' }]), '/steps/0/max', 'Write "max": 2, without quotes.'],
    [
      'too many attempts',
      flow([hello], { defaults: { attempts: 11 } }),
      '/defaults/attempts',
      'Write 10, or take it out for what is usual.',
    ],
    [
      'too long a wait',
      flow([hello], { defaults: { first_key_timeout: 'PT5M' } }),
      '/defaults/first_key_timeout',
      'Write "PT60S".',
    ],
    [
      'a language by its name',
      flow([hello], { languages: ['Hindi'] }),
      '/languages/0',
      'Write the code of the language: "hi".',
    ],
    [
      'an id with a space',
      flow([{ ...hello, id: 'My step' }]),
      '/steps/0/id',
      'Write «my_step», for instance.',
    ],
    [
      'words in place of a prompt',
      flow([{ ...hello, say: 'Hello there' }]),
      '/steps/0/say',
      'For words, write { "text": { "en": "Hello there" } }.',
    ],
    ['an id that is taken', flow([hello, hello]), '/steps/1/id', 'Call it «hello_2», for instance.'],
    [
      'a key of the flow',
      flow([{ ...question, options: { '1': { value: 'a' }, '*': { value: 'b' } } }], {
        keys: { repeat: '*', opt_out: '0' },
      }),
      '/steps/0/options/*',
      'Use a key that is free: «2», «3», «4», «5», «6» or another of 9.',
    ],
    [
      'one key for two things',
      flow([question], { keys: { repeat: '*', opt_out: '*' } }),
      '/keys/opt_out',
      'Use a key that is free: «3», «4», «5», «6», «7» or another of 9.',
    ],
    ['a least beyond the most', flow([{ ...two, min: 3 }]), '/steps/0/min', 'Set "min" to 2, or "max" to 3.'],
    ['a range turned round', flow([{ ...two, range: [9, 1] }]), '/steps/0/range', 'Write [1, 9].'],
    [
      'an answer that is no option',
      flow([{ ...question, correct: 'other' }]),
      '/steps/0/correct',
      'Make it «a» or «b».',
    ],
    [
      'a step that is nowhere',
      flow([{ ...hello, next: 'farewell' }]),
      '/steps/0/next',
      'Lead to «hello» or «end», or add a step «farewell».',
    ],
    [
      'a language without a text',
      flow([hello], { languages: ['en', 'hi'] }),
      '/steps/0/say/text',
      'Add "hi": "…", or take «hi» out of the flow’s languages.',
    ],
  ])('is said of %s', (_, definition, pointer, suggestion) => {
    expect(faultsOf(JSON.parse(JSON.stringify(definition)))).toContainEqual(
      expect.objectContaining({ pointer, suggestion }),
    );
  });

  it('is said of every fault, whatever the JSON is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyFlow), (json) => {
        for (const fault of faultsOf(json)) mendable(fault);
      }),
      { numRuns: 200 },
    );
  });

  it('is said of every fault, whatever is put anywhere in a flow', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 1 }), (path, value) => {
        const json = JSON.parse(survey) as Json;
        put(json, path, value);
        for (const fault of faultsOf(json)) mendable(fault);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a limit that nobody can keep', () => {
  it.each<[string, Json, string[]]>([
    [
      'a range beyond the digits',
      { ...age, range: [0, 100] },
      ['/steps/0/range/1: can never be entered with 2 digits: Set "max" to 3, or end the range at 99.'],
    ],
    [
      'a range beyond a digit',
      { ...age, max: 1, range: [1, 12] },
      ['/steps/0/range/1: can never be entered with 1 digit: Set "max" to 2, or end the range at 9.'],
    ],
    [
      'a pattern of other lengths',
      { ...age, pattern: '[6-9]\\d{9}' },
      [
        '/steps/0/pattern: can never be matched: it speaks of 10 digits, and 1 to 2 are taken: Make «min» and «max» those of the pattern.',
      ],
    ],
    [
      'a pattern of several lengths, none of them taken',
      { ...age, min: 2, pattern: '\\d|\\d{3,4}' },
      [
        '/steps/0/pattern: can never be matched: it speaks of 1 or 3 or 4 digits, and 2 are taken: Make «min» and «max» those of the pattern.',
      ],
    ],
    ['a range to the last number, which goes', { ...age, range: [0, 99] }, []],
    ['a pattern that fits sometimes, which goes', { ...age, pattern: '\\d+' }, []],
  ])('is refused: %s', (_, step, expected) => {
    expect(
      faultsOf(flow([step])).map(({ pointer, detail, suggestion }) => `${pointer}: ${detail}: ${suggestion}`),
    ).toEqual(expected);
  });

  it.each<[string, number[]]>([
    ['\\d', [1]],
    ['(11|222)\\d?', [2, 3, 4]],
    ['1{2,4}', [2, 3, 4]],
    ['[1-9]\\d*', Array.from({ length: 32 }, (_, at) => at + 1)],
  ])('of a pattern: «%s» has these lengths', (pattern, lengths) => {
    const parsed = parseKeyPattern(pattern);
    if (parsed.result === 'fault') throw new Error(parsed.detail);
    expect([...lengthsOf(parsed.pattern)].toSorted((one, other) => one - other)).toEqual(lengths);
  });
});

describe('the report', () => {
  it('has many mistakes of many kinds at once, in a settled order', () => {
    const definition = flow(
      [
        { ...hello, next: 'q' },
        { ...question, options: { '*': { value: 'a' }, '1': { value: 'b', next: 'nowhere' } }, correct: 'z' },
        { ...age, min: 3, range: [1, 100], give_up: 'age' },
        { ...hello, id: 'hello', say: 'system.goodby' },
      ],
      { keys: { repeat: '*', opt_out: '*' }, complete_after: 'bye' },
    );
    expect(faultsOf(definition).map(({ pointer }) => pointer)).toEqual([
      '/steps/3/id',
      '/keys/opt_out',
      '/complete_after',
      '/steps/1/options/*',
      '/steps/1/correct',
      '/steps/2/min',
      '/steps/2/range/1',
      '/steps/0/next',
      '/steps/1/options/1/next',
      '/steps/1',
      '/steps/2',
      '/steps/3',
      '/steps/2/give_up',
      '/steps/3/say',
    ]);
  });

  it('is the same each time, and never thrown, whatever the JSON is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyFlow), (json) => {
        expect(faultsOf(json)).toEqual(faultsOf(structuredClone(json)));
      }),
      { numRuns: 200 },
    );
  });

  it('is empty only for flows that the engine can play to their end', () => {
    let accepted = 0;
    const anyValue = fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom<unknown>(
          ...['next', 'end', 'a', 'PT5S', '#', '*', 'system.goodbye', 1, 2, 3, 9, true, false],
          { text: { en: 'Some words.', hi: 'कुछ शब्द।' } },
        ),
      },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
    );
    const anyKeys = fc.array(fc.option(fc.constantFrom(...keys), { nil: null }), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), anyValue), { minLength: 1, maxLength: 2 }),
        anyKeys,
        (changes, pressed) => {
          const json = JSON.parse(survey) as Json;
          for (const [path, value] of changes) put(json, path, value);
          const validated = validateFlow(json, library);
          if (validated.result === 'invalid') return;
          accepted += 1;
          const result = rehearseFlow(compileFlow(validated.flow, words), {
            start: { ...plainStart, language: validated.flow.languages[0] ?? '' },
            keys: pressed,
            afterKeys: 'silence',
            longestTalkMs: 900_000,
            lengthOf: (part) => lengthOfPart(part, null),
          });
          expect(['flow_ended', 'opted_out']).toContain(result.ending);
        },
      ),
      { numRuns: 500 },
    );
    // about 9 in 100 are accepted
    expect(accepted).toBeGreaterThan(5);
  });
});
