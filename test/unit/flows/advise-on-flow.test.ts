import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseOnFlow } from '../../../src/domain/flows/advice/advise-on-flow.ts';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { lengthOfPart } from '../../../src/domain/prompts/part-length.ts';
import type { SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { anyFlow } from '../../support/any-flow.ts';

const root = join(import.meta.dirname, '../../..');
const words = await loadBuiltInWords(join(root, 'prompts'));
const library = libraryOf(words);

type Json = Record<string, unknown>;
const estimated = (part: SpokenPart) => lengthOfPart(part, null);

/** Somebody has recorded one prompt, in English alone. */
const recorded = libraryOf(words, [{ id: 'quiz.q1', language: 'en' }]);
const hasPrompt = (id: string, language: string) => recorded.has(id, language);

function adviceOn(definition: unknown, lengthOf = estimated): string[] {
  const validated = validateFlow(definition, recorded);
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  return adviseOnFlow({ flow: compileFlow(validated.flow, words), lengthOf, hasPrompt }).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
}

const text = (en: string) => ({ text: { en } });
const keys = { repeat: '*', opt_out: '0' };
const hello = { id: 'hello', type: 'message', say: text('This is a recorded call from the school.') };
const practice = {
  id: 'hear',
  type: 'choice',
  say: text('If you can hear me, press 1.'),
  options: { '1': { value: 'yes' } },
};
const yesNo = { '1': { value: 'yes' }, '2': { value: 'no' } };
const question = { id: 'q', type: 'choice', say: text('Is there water? For yes, press 1.'), options: yesNo };
const second = { ...question, id: 'q2' };

function flow(steps: unknown[], more: Json = {}): Json {
  return { title: 'Flow', languages: ['en'], keys, steps, ...more };
}

function manyOptions(count: number): Json {
  const options = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [String(at + 1), { value: `v${at}` }]),
  );
  return { ...question, options };
}

const sentence = 'word '.repeat(60).trim();

describe('advice on a flow', () => {
  it('has nothing to say of one that follows the rules', () => {
    expect(adviceOn(flow([hello, practice, question, second]))).toEqual([]);
  });

  it.each<[string, Json, string[]]>([
    ['six options', flow([hello, manyOptions(6)]), ['many_options /steps/1/options']],
    ['five options, which go', flow([hello, manyOptions(5)]), []],
    ['no key to hear it again', flow([hello, question], { keys: { opt_out: '0' } }), ['no_repeat_key /keys']],
    ['no question, which needs no such key', flow([hello], { keys: { opt_out: '0' } }), []],
    ['no key to opt out', flow([hello, question], { keys: { repeat: '*' } }), ['no_opt_out_key /keys']],
    [
      'too little time to press',
      flow([hello, { ...question, first_key_timeout: 'PT4.9S' }], {
        defaults: { first_key_timeout: 'PT3S' },
      }),
      [
        'short_first_key_timeout /defaults/first_key_timeout',
        'short_first_key_timeout /steps/1/first_key_timeout',
      ],
    ],
    ['five seconds to press, which go', flow([hello, { ...question, first_key_timeout: 'PT5S' }]), []],
    [
      'one try only',
      flow([hello, { ...question, attempts: 1 }], { defaults: { attempts: 1 } }),
      ['single_attempt /defaults/attempts', 'single_attempt /steps/1/attempts'],
    ],
    [
      'a quiz that begins with its first question',
      flow([hello, { ...question, correct: 'yes' }, second]),
      ['no_practice_key /steps/1'],
    ],
    [
      'an age as the first thing to be pressed',
      flow([hello, { id: 'age', type: 'digits', say: text('Your age?'), max: 2 }, question]),
      ['no_practice_key /steps/1'],
    ],
    [
      'a beginning that does not say what it is',
      flow([{ ...hello, say: text('Good morning.') }, question]),
      ['recording_not_said /steps/0', 'caller_not_said /steps/0'],
    ],
    [
      'a recording that does not say whose',
      flow([{ ...hello, say: text('This is a recorded call.') }, question]),
      ['caller_not_said /steps/0'],
    ],
    [
      'a long word of welcome',
      flow([
        hello,
        ...[1, 2].map((at) => ({ id: `m${at}`, type: 'message', say: text(sentence.slice(0, 200)) })),
        question,
      ]),
      ['long_opening /steps/0'],
    ],
    [
      'a prompt of more than 20 s',
      flow([hello, { ...question, say: text(sentence) }]),
      ['long_prompt /steps/1/say'],
    ],
    [
      'words about an answer of more than 20 s',
      flow([hello, practice, { ...question, correct: 'yes', on_wrong: { say: text(sentence) } }]),
      ['long_prompt /steps/2/on_wrong/say'],
    ],
    [
      'options that are long together',
      flow([
        hello,
        {
          ...question,
          options: {
            '1': { value: 'a', label: { en: sentence.slice(0, 120) } },
            '2': { value: 'b', label: { en: sentence.slice(0, 120) } },
          },
        },
      ]),
      ['long_prompt /steps/1/say'],
    ],
    [
      'a call of more than ten minutes',
      flow([
        hello,
        practice,
        ...Array.from({ length: 32 }, (_, at) => ({
          ...question,
          id: `q${at}`,
          say: text(sentence.slice(0, 220)),
        })),
      ]),
      ['long_call '],
    ],
    [
      'long ways of which only one is taken, which go',
      flow([
        hello,
        {
          ...practice,
          options: { '1': { value: 'a' }, '2': { value: 'b', next: 'w0' } },
        },
        ...Array.from({ length: 40 }, (_, at) => ({
          id: `v${at}`,
          type: 'message',
          say: text(sentence.slice(0, 180)),
          ...(at % 20 === 19 ? { next: 'end' } : {}),
        })).map((step, at) => (at === 20 ? { ...step, id: 'w0' } : step)),
      ]),
      [],
    ],
  ])('tells of %s', (_, definition, expected) => {
    expect(adviceOn(definition)).toEqual(expected);
  });

  it.each<[string, string, boolean]>([
    ['en', 'Press 1 for news.', true],
    ['en', 'Please press the key 2 to end.', true],
    ['en', 'Press one if you agree', true],
    ['en-IN', 'press star to hear it again', true],
    ['en', 'For news, press 1. For the weather, press 2.', false],
    ['en', 'To hear it again, press star.', false],
    ['en', 'For news press 1 or for weather press 2', false],
    ['hi', 'एक दबाएँ समाचार के लिए।', true],
    ['hi', '1 दबाइए अगर आप सहमत हैं।', true],
    ['hi', 'समाचार के लिए 1 दबाएँ, मौसम के लिए 2 दबाएँ।', false],
    ['hi', 'समाचार के लिए 1 दबाएँ मौसम के लिए 2 दबाएँ', false],
    ['es-419', 'Marque 1 para noticias.', true],
    ['es', 'Para noticias, marque 1.', false],
    ['fr', 'Tapez 1 pour les nouvelles.', true],
    ['fr', 'Pour les nouvelles, tapez 1.', false],
    ['pt', 'Digite 1 para notícias.', true],
    ['sw', 'Bonyeza 1 kwa habari.', true],
    ['sw', 'Kwa habari, bonyeza 1.', false],
    ['id', 'Tekan 1 untuk berita.', true],
    ['ta', 'செய்திகளுக்கு 1 ஐ அழுத்தவும்', false],
  ])('knows which of key and choice comes first, in %s: «%s»', (language, spoken, isKeyFirst) => {
    const definition = {
      title: 'Menu',
      languages: [language],
      steps: [{ id: 'a', type: 'message', say: [{ pause: 'PT0.5S' }, { text: { [language]: spoken } }] }],
    };
    const found = adviceOn(definition).filter((line) => line.startsWith('key_before_choice'));
    expect(found).toEqual(isKeyFirst ? [`key_before_choice /steps/0/say/1/text/${language}`] : []);
  });

  it('names prompts that are missing in a language, once each, where they are said', () => {
    const said = { id: 'say', type: 'message', say: ['quiz.q1', 'system.thank_you', 'quiz.q1'] };
    const both = {
      text: { en: 'This is a recorded call from the school.', hi: 'यह स्कूल की ओर से रिकॉर्ड की हुई कॉल है।' },
    };
    const definition = (languages: string[]) => ({
      ...flow([{ ...hello, say: both }, said]),
      languages,
    });
    const missing = (languages: string[]) =>
      adviceOn(definition(languages)).filter((line) => line.startsWith('prompt_missing'));
    expect(missing(['en', 'hi'])).toEqual(['prompt_missing /steps/1/say/0']);
  });

  const greeting = { ...hello, say: text('This is a recorded call from the school to {{district}}.') };
  const bye = { id: 'bye', type: 'message', say: text('Goodbye.') };
  const fetched = {
    ...{ id: 'fetch', type: 'lookup', url: 'https://example.org/', otherwise: 'bye' },
    values: { balance: { from: '/balance', as: 'number' } },
  };
  const on = (name: string) => ({ id: 'where', type: 'branch', on: name, cases: { a: 'bye' } });
  const when = (condition: string) => ({
    ...{ id: 'where', type: 'branch' },
    when: [{ if: condition, next: 'bye' }],
  });

  it.each([
    ['a branch that reads what is spoken, misspelt', [on('distrct')], '/on', 'district'],
    [
      'a condition that reads an answer, misspelt',
      [when("hear = 'yes' and haer = 'no'")],
      '/when/0/if',
      'hear',
    ],
    [
      'a value that is set under another name',
      [{ id: 's', type: 'set', variable: 'total', value: '1' }, on('totl')],
      '/on',
      'total',
    ],
    ['what a lookup reads, misspelt', [fetched, when('balanc > 3')], '/when/0/if', 'balance'],
    ['what a lookup sends, misspelt', [{ ...fetched, query: { d: '{{distrikt}}' } }], '/query/d', 'district'],
    [
      'a variable of the call that is spelt in two ways',
      [{ ...on('village'), id: 'one' }, on('vilage')],
      '/on',
      'village',
    ],
  ])('tells of %s, with what was perhaps meant', (_, steps, pointer, meant) => {
    const validated = validateFlow(flow([greeting, practice, ...steps, question, bye]), recorded);
    if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
    const compiled = compileFlow(validated.flow, words);
    const advice = adviseOnFlow({ flow: compiled, lengthOf: estimated, hasPrompt });
    const [told, ...others] = advice.filter(({ code }) => code === 'name_unknown');
    expect(told?.pointer).toBe(`/steps/${1 + steps.length}${pointer}`);
    expect(told?.suggestion).toContain(`Did you mean «${meant}»?`);
    expect(others).toEqual([]);
  });

  it.each([
    ['a variable of the call that is like no other name', on('harvest'), 'good'],
    ['one that is declared', on('districts'), 'north'],
    ['an answer', on('hear'), 'yes'],
    ['the language', on('language'), 'en'],
  ])('has nothing to say of a branch on %s', (_, branch, value) => {
    const definition = flow([greeting, practice, { ...branch, cases: { [value]: 'bye' } }, question, bye], {
      public_variables: ['districts'],
    });
    expect(adviceOn(definition)).toEqual([]);
  });

  it('says everything at once, each with what to do about it', () => {
    const definition = flow(
      [
        {
          ...manyOptions(7),
          attempts: 1,
          first_key_timeout: 'PT2S',
          say: text(`Press 1 for news. ${sentence}`),
        },
        second,
      ],
      { keys: undefined },
    );
    const validated = validateFlow(JSON.parse(JSON.stringify(definition)), library);
    if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
    const advice = adviseOnFlow({ flow: compileFlow(validated.flow, words), lengthOf: estimated, hasPrompt });
    expect(advice.map(({ code }) => code)).toEqual([
      'recording_not_said',
      'caller_not_said',
      'no_practice_key',
      'many_options',
      'no_repeat_key',
      'no_opt_out_key',
      'short_first_key_timeout',
      'single_attempt',
      'key_before_choice',
      'long_prompt',
    ]);
    for (const { detail, suggestion } of advice) expect([detail, suggestion]).not.toContain('');
  });

  it('goes by what was measured where that is known', () => {
    const definition = flow([hello, question]);
    expect(adviceOn(definition, () => ({ durationMs: 20_001, measured: true }))).toEqual([
      'long_prompt /steps/0/say',
      'long_prompt /steps/1/say',
      'long_prompt /steps/1/no_input/say',
      'long_prompt /steps/1/invalid/say',
    ]);
  });

  it('is the same whenever it is asked for, and never throws, whatever the flow is', () => {
    fc.assert(
      fc.property(anyFlow, (definition) => {
        const validated = validateFlow(definition, library);
        if (validated.result === 'valid') expect(adviceOn(definition)).toEqual(adviceOn(definition));
      }),
      { numRuns: 200 },
    );
  });
});
