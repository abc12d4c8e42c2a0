import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepDefinitions } from '../../../src/domain/flows/flow-definition.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { placesIn, put } from '../../support/change-json.ts';
import { mendable } from '../../support/mendable.ts';

const root = join(import.meta.dirname, '../../..');
const library = libraryOf(await loadBuiltInWords(join(root, 'prompts')));

const types = Object.keys(stepDefinitions).join(', ');

type Json = Record<string, unknown>;

function text(words: string): Json {
  return { text: { en: words } };
}

const options = { '1': { value: 'a' }, '2': { value: 'b' } };
const q1 = { id: 'q1', type: 'choice', say: text('One?'), options, correct: 'b' };
const hello = { id: 'hello', type: 'message', say: text('Hello.') };

function flow(steps: unknown[], more: Json = {}): Json {
  return { title: 'Flow', languages: ['en'], steps, ...more };
}

function faultsOf(json: unknown): string[] {
  const validated = validateFlow(json, library);
  return validated.result === 'valid' ? [] : validated.faults.map(mendable);
}

describe('a flow', () => {
  it.each(['quiz', 'survey', 'helpline', 'reminder', 'clinic', 'study', 'family'])(
    '«%s» is valid',
    (name) => {
      expect(
        faultsOf(JSON.parse(readFileSync(join(root, `test/scenarios/flows/${name}.json`), 'utf8'))),
      ).toEqual([]);
    },
  );

  it.each<[string, unknown, string[]]>([
    ['is no object', 'quiz', [': must be an object']],
    ['is null', null, [': must be an object']],
    [
      'lacks everything',
      {},
      [
        '/title: must be given, as a text',
        '/languages: must be given, as a list',
        '/steps: must be given, as a list',
      ],
    ],
    ['has no steps', flow([]), ['/steps: must have at least 1 entry']],
    ['has an unknown field', flow([hello], { titel: 'x' }), ['/titel: is no field that is known here']],
    [
      'has a NUL in its title',
      flow([hello], { title: 'a\u0000' }),
      ['/title: must not have control characters'],
    ],
    [
      'has half a surrogate pair in a text',
      flow([{ ...hello, say: text('\ud800') }]),
      ['/steps/0/say/text/en: must not have lone surrogates'],
    ],
    [
      'has a wrong language tag',
      flow([hello], { languages: ['english'] }),
      ['/languages/0: must be a language tag such as hi, en or es-419'],
    ],
    [
      'has a language twice',
      flow([hello], { languages: ['en', 'en'] }),
      ['/languages/1: is in the list already'],
    ],
    [
      'completes after a step that is not there',
      flow([hello], { complete_after: 'bye' }),
      ['/complete_after: must be the id of a step in the flow'],
    ],
    [
      'has one key for two things',
      flow([hello], { keys: { repeat: '*', opt_out: '*' } }),
      ['/keys/opt_out: must not be the same key as «repeat»'],
    ],
    [
      'waits for too long',
      flow([hello], { defaults: { first_key_timeout: 'PT5M' } }),
      ['/defaults/first_key_timeout: must be a duration from 1 to 60 s, such as PT6S'],
    ],
    [
      'tries too often',
      flow([hello], { defaults: { attempts: 11 } }),
      ['/defaults/attempts: must be at most 10'],
    ],
  ])('that %s is refused', (_, json, expected) => {
    expect(faultsOf(json)).toEqual(expected);
  });

  it.each<[string, unknown[], string[]]>([
    ['is no object', [7], ['/steps/0: must be an object']],
    ['has no type', [{ id: 'a' }], [`/steps/0/type: must be one of: ${types}`]],
    ['has a misspelt type', [{ ...hello, type: 'mesage' }], [`/steps/0/type: must be one of: ${types}`]],
    [
      'transfers to a number that may not be called',
      [hello, { id: 'agent', type: 'transfer', to: '+18005551234', otherwise: 'end' }],
      ['/steps/1/to: must be the number of a mobile phone or a fixed line'],
    ],
    [
      'transfers to a queue in which a number may not be called, or is there twice, or is nobody',
      [
        hello,
        { id: 'agent', type: 'transfer', to: ['+919000609999', '+18005551234'], otherwise: 'end' },
        { id: 'desk', type: 'transfer', to: ['+919000609999', '+919000609999'], otherwise: 'end' },
        { id: 'help', type: 'transfer', to: [], otherwise: 'end' },
        { id: 'shop', type: 'transfer', to: ['+919000609999', 1], ring_time: 'PT1S', otherwise: 'end' },
      ],
      [
        '/steps/3/to: must have at least 1 entry',
        '/steps/4/to/1: must be a text',
        '/steps/4/ring_time: must be a duration from 5 to 120 s, such as PT6S',
        '/steps/1/to/1: must be the number of a mobile phone or a fixed line',
        '/steps/2/to/1: is the number of /to/0 again',
      ],
    ],
    [
      'transfers to a queue at hours that nobody can know, which is said once',
      [hello, { id: 'agent', type: 'transfer', to: ['+14155552671', '+14155552672'], otherwise: 'end' }],
      [
        '/steps/1/calling_hours/time_zone: is needed, because the country of this number has several time zones',
      ],
    ],
    [
      'transfers to a number whose hours nobody can know, or at hours that never come',
      [
        hello,
        { id: 'agent', type: 'transfer', to: '+14155552671', otherwise: 'end' },
        {
          ...{ id: 'desk', type: 'transfer', to: '+919000609999', otherwise: 'end' },
          calling_hours: { start: '18:00', end: '09:00' },
        },
      ],
      [
        '/steps/1/calling_hours/time_zone: is needed, because the country of this number has several time zones',
        '/steps/2/calling_hours/end: must be later than the start, 18:00; hours over midnight are not possible',
      ],
    ],
    [
      'transfers to nobody and has no way for that',
      [hello, { id: 'agent', type: 'transfer', on_busy: 'hello' }],
      ['/steps/1/to: must be given', '/steps/1/otherwise: must be given, as a text'],
    ],
    ['has the id of another', [hello, hello], ['/steps/1/id: is taken already by step 1: «hello»']],
    [
      'is called end',
      [{ ...hello, id: 'end' }],
      ['/steps/0/id: «end» and «next» say where to go and cannot be ids'],
    ],
    [
      'has an unknown field',
      [{ ...hello, bargein: true }],
      ['/steps/0/bargein: is no field that is known here'],
    ],
    ['says nothing', [{ id: 'a', type: 'message' }], ['/steps/0/say: must be given: what is to be said']],
    [
      'says what cannot be said',
      [{ ...hello, say: { txt: 'x' } }],
      [
        '/steps/0/say: must have one of these fields: text, digits, number, date, time, money, audio, pause, prompt',
      ],
    ],
    [
      'says two things in one',
      [{ ...hello, say: { text: { en: 'x' }, digits: '1' } }],
      ['/steps/0/say/digits: is no field that is known here'],
    ],
    [
      'fetches sound from what is no address',
      [{ ...hello, say: { audio: 'file:///etc/passwd' } }],
      ['/steps/0/say/audio: must be the https address of a sound file'],
    ],
    [
      'pauses too long',
      [{ ...hello, say: [{ pause: 'PT9S' }, 'system.goodbye'] }],
      ['/steps/0/say/0/pause: must be a duration of at most 3 s, such as PT0.5S'],
    ],
    [
      'names a prompt that is nowhere',
      [{ ...hello, say: 'system.goodby' }],
      ['/steps/0/say: names the prompt «system.goodby», which is in no library'],
    ],
    [
      'names no prompt',
      [{ ...hello, say: 'Hello there' }],
      ['/steps/0/say: must be the id of a prompt, such as quiz.q1'],
    ],
    [
      'lacks a language',
      [{ ...hello, say: { text: { hi: 'नमस्ते' } } }],
      [
        '/steps/0/say/text: has no text in «en», which is a language of the flow',
        '/steps/0/say/text/hi: is no language of the flow',
      ],
    ],
    [
      'has a broken placeholder',
      [{ ...hello, say: text('Hello {{name') }],
      ['/steps/0/say/text/en: has a placeholder that cannot be read; write {{name}}'],
    ],
    [
      'has a text that no voice can speak',
      [{ ...hello, say: text('नमस्ते 🙂') }],
      ['/steps/0/say/text/en: has an emoji («🙂»), which no voice can speak'],
    ],
    [
      'says an amount in a currency without words',
      [{ ...hello, say: { currency: 'XAU', money: '{{price}}' } }],
      ['/steps/0/say/currency: has no words in en'],
    ],
    [
      'says an amount in no currency',
      [{ ...hello, say: { money: '5', currency: 'rupees' } }],
      ['/steps/0/say/currency: must be the code of a currency, such as INR'],
    ],
    [
      'speaks of the score in a text',
      [q1, { ...hello, say: text('{{score.correct}} right') }],
      [
        '/steps/1/say/text/en: speaks of «score.correct», which is known only during the call: it can be spoken as digits, number, date, time or money, not within a text',
      ],
    ],
    [
      'jumps to nowhere',
      [
        { ...hello, next: 'bey' },
        { ...hello, id: 'bye' },
      ],
      [
        '/steps/0/next: leads to «bey», and no step has this id',
        '/steps/1: can never be reached: nothing leads here from the first step',
      ],
    ],
    [
      'is unreachable',
      [{ ...hello, next: 'end' }, q1],
      ['/steps/1: can never be reached: nothing leads here from the first step'],
    ],
    [
      'follows a hang-up',
      [{ id: 'stop', type: 'hang_up' }, hello],
      ['/steps/1: can never be reached: nothing leads here from the first step'],
    ],
    [
      'goes round by itself',
      [hello, { ...hello, id: 'b', next: 'hello' }],
      ['/steps/1/next: makes a loop that can run for ever without a key press'],
    ],
    [
      'leads to itself',
      [{ ...hello, next: 'hello' }],
      ['/steps/0/next: makes a loop that can run for ever without a key press'],
    ],
    [
      'goes back when it is given up',
      [hello, { ...q1, give_up: 'hello' }],
      ['/steps/1/give_up: makes a loop that can run for ever without a key press'],
    ],
    [
      'has a key that repeats',
      [{ ...q1, options: { '*': { value: 'b' } } }],
      ['/steps/0/options/*: uses the key that the flow has for «repeat»'],
    ],
    [
      'has a key that no phone has',
      [{ ...q1, options: { ...options, A: { value: 'b' } } }],
      ['/steps/0/options/A: must be one key of a phone: 0 to 9, * or #'],
    ],
    [
      'has no options',
      [{ ...q1, options: {}, correct: undefined }],
      ['/steps/0/options: must have at least one option'],
    ],
    [
      'has no correct option',
      [{ ...q1, correct: 'z' }],
      ['/steps/0/correct: must be the value of an option'],
    ],
    [
      'praises without a correct answer',
      [{ ...q1, correct: undefined, on_correct: { say: 'system.thank_you' } }],
      ['/steps/0/on_correct: is never said: the step has no «correct»'],
    ],
    [
      'labels some options',
      [{ ...q1, options: { ...options, '1': { value: 'a', label: { en: 'yes' } } } }],
      ['/steps/0/options/2: must have a label, since other options have one: else it would not be read out'],
    ],
    [
      'has its limits crossed',
      [{ id: 'd', type: 'digits', say: text('How many?'), min: 3, max: 2 }],
      ['/steps/0/min: must not be more than max, which is 2'],
    ],
    [
      'has its range crossed',
      [{ id: 'd', type: 'digits', say: text('How many?'), max: 2, range: [9, 1] }],
      ['/steps/0/range: must be the least and then the greatest value'],
    ],
    [
      'has a range that cannot be entered',
      [{ id: 'd', type: 'digits', say: text('How many?'), max: 2, range: [100, 200] }],
      ['/steps/0/range/0: can never be entered with 2 digits'],
    ],
    [
      'has a terminator that repeats',
      [{ id: 'd', type: 'digits', say: text('How many?'), max: 2, terminator: '*' }],
      ['/steps/0/terminator: is the key that the flow has for something else'],
    ],
    [
      'has a catastrophic pattern',
      [{ id: 'd', type: 'digits', say: text('How many?'), max: 2, pattern: '(1+)+' }],
      ['/steps/0/pattern: repeats a group that has a repetition inside'],
    ],
    [
      'branches on nothing',
      [{ id: 'b', type: 'branch' }],
      ['/steps/0: must have «on» with «cases», or «when»'],
    ],
    [
      'branches both ways',
      [{ id: 'b', type: 'branch', on: 'x', cases: { a: 'end' }, when: [{ if: '1', next: 'end' }] }],
      ['/steps/0/when: must not stand beside «on»: a branch goes by one of them'],
    ],
    [
      'branches on a value that cannot come',
      [q1, { id: 'b', type: 'branch', on: 'q1', cases: { c: 'end' } }],
      ['/steps/1/cases/c: can never come: no answer to «q1» has this value'],
    ],
    [
      'branches on a score that nobody keeps',
      [hello, { id: 'b', type: 'branch', when: [{ if: 'score.correct > 1', next: 'end' }] }],
      ['/steps/1/when/0/if: reads «score.correct», but no question of the flow has «correct»'],
    ],
    [
      'reads what is not there',
      [q1, { id: 'b', type: 'branch', when: [{ if: 'scor.correct > 1', next: 'end' }] }],
      ['/steps/1/when/0/if: reads «scor.correct», which nothing gives a value'],
    ],
    [
      'reads a step that asks nothing',
      [hello, { id: 's', type: 'set', variable: 'x', value: 'hello + 1' }],
      ['/steps/1/value: reads «hello», which nothing gives a value'],
    ],
    [
      'cannot be calculated',
      [{ id: 's', type: 'set', variable: 'x', value: '1 +' }],
      ['/steps/0/value: ends too early'],
    ],
    [
      'hides a question',
      [q1, { id: 's', type: 'set', variable: 'q1', value: '1' }],
      ['/steps/1/variable: is the id of a question, whose answer would hide the variable'],
    ],
    [
      'sets a word of the language',
      [{ id: 's', type: 'set', variable: 'not', value: '1' }],
      ['/steps/0/variable: is a word with a meaning of its own in expressions; choose another'],
    ],
  ])('with a step that %s is refused', (_, steps, expected) => {
    expect(faultsOf(flow(JSON.parse(JSON.stringify(steps)) as unknown[], { keys: { repeat: '*' } }))).toEqual(
      expected,
    );
  });

  it('in a language without built-in words is refused where they are needed', () => {
    const sinhala = { languages: ['si'] };
    expect(faultsOf(flow([{ ...hello, say: { text: { si: 'ආයුබෝවන්' } } }], sinhala))).toEqual([]);
    expect(faultsOf(flow([{ ...q1, say: { text: { si: 'එක?' } } }], sinhala))).toEqual([
      '/languages/0: has no built-in words, which this flow needs (the words for no key in «q1»)',
    ]);
  });

  it('has all its mistakes told at once', () => {
    const steps = [
      { ...hello, next: 'nowhere' },
      { id: 'x', type: 'transfers' },
      { ...q1, correct: 'z' },
      { ...hello, id: 'b', say: 'no.prompt' },
    ];
    expect(faultsOf({ ...flow(steps), title: '' }).map((fault) => fault.split(':')[0])).toEqual([
      '/title',
      '/steps/1/type',
      '/steps/0/next',
    ]);
    expect(faultsOf(flow(steps)).map((fault) => fault.split(':')[0])).toEqual([
      '/steps/1/type',
      '/steps/2/correct',
      '/steps/0/next',
      '/steps/3/say',
    ]);
  });

  it('may have 500 steps and no more', () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ ...hello, id: `s${index}` }));
    expect(faultsOf(flow(many.slice(1)))).toEqual([]);
    expect(faultsOf(flow(many))).toEqual(['/steps: must have at most 500 entries']);
  });
});

describe('validation', () => {
  it('judges any JSON without throwing', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => faultsOf(json).length > 0));
  });

  it('judges flows with anything put anywhere without throwing', () => {
    const quiz = readFileSync(join(root, 'test/scenarios/flows/survey.json'), 'utf8');
    const places = placesIn(JSON.parse(quiz));
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', 'end', '\u0000')),
        (path, value) => {
          const json = JSON.parse(quiz) as Json;
          put(json, path, value);
          for (const fault of faultsOf(json)) expect(fault).toMatch(/^(\/|:)/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
