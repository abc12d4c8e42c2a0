import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { mendable } from '../../support/mendable.ts';

const library = libraryOf(await loadBuiltInWords(join(import.meta.dirname, '../../../prompts')));

const bye = { id: 'bye', type: 'message', say: 'system.goodbye' };

function faultsOf(steps: unknown[], more: Record<string, unknown> = {}): string[] {
  const validated = validateFlow({ title: 'Flow', languages: ['en', 'hi'], steps, ...more }, library);
  return validated.result === 'valid' ? [] : validated.faults.map(mendable);
}

it('an option on more than one key is told what would be possible', () => {
  const options = { 1: { value: 'a' }, 10: { value: 'b' } };
  expect(faultsOf([{ id: 'q', type: 'choice', say: 'system.thank_you', options }])).toEqual([
    '/steps/0/options/10: must be one key of a phone: 0 to 9, * or #',
  ]);
});

describe('a language step', () => {
  const step = { id: 'language', type: 'language' };
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['with the flow’s languages', {}, {}, []],
    [
      'with keys of its own',
      { options: { 5: { language: 'hi' }, 6: { language: 'en', label: 'English: 6' } } },
      {},
      [],
    ],
    [
      'in a flow of one language',
      {},
      { languages: ['en'] },
      ['/steps/0: offers nothing to choose: the flow has one language only'],
    ],
    [
      'with one offer',
      { options: { 1: { language: 'hi' } } },
      {},
      ['/steps/0/options: must have at least two languages to choose from'],
    ],
    [
      'with a language of another flow',
      { options: { 1: { language: 'hi' }, 2: { language: 'en-GB' } } },
      {},
      ['/steps/0/options/2/language: is no language of the flow'],
    ],
    [
      'with one language twice',
      { options: { 1: { language: 'hi' }, 2: { language: 'en' }, 3: { language: 'hi' } } },
      {},
      ['/steps/0/options/3/language: is offered twice'],
    ],
    [
      'on a key of the flow',
      { options: { 1: { language: 'hi' }, '*': { language: 'en' } } },
      { keys: { repeat: '*' } },
      ['/steps/0/options/*: uses the key that the flow has for «repeat»'],
    ],
    [
      'that would come to a key of the flow',
      {},
      { keys: { opt_out: '2' } },
      ['/steps/0: uses the key that the flow has for «opt_out»: key 2; choose others in «options»'],
    ],
    [
      'in more languages than keys',
      {},
      { languages: ['en', 'hi', 'qa', 'qb', 'qc', 'qd', 'qe', 'qf', 'qg', 'qh'] },
      ['/steps/0: must have «options»: the flow has more than 9 languages'],
    ],
    [
      'in a language without words',
      { no_input: { say: { text: { qa: 'a', qb: 'b' } } }, invalid: { say: { text: { qa: 'a', qb: 'b' } } } },
      { languages: ['qa', 'qb'] },
      [
        '/steps/0: has no built-in words to offer «qa» with; give it a «label»',
        '/steps/0: has no built-in words to offer «qb» with; give it a «label»',
      ],
    ],
  ])('%s', (_, fields, more, expected) => {
    const words = 'languages' in more ? [] : [bye];
    expect(
      faultsOf([{ ...step, ...fields }, ...words], more).filter((fault) => fault.startsWith('/steps/0')),
    ).toEqual(expected);
  });

  it('may be tested by branches, in its own languages only', () => {
    const branch = { id: 'b', type: 'branch', on: 'language', cases: { en: 'bye', ta: 'bye' } };
    expect(faultsOf([step, branch, bye])).toEqual([
      '/steps/1/cases/ta: can never come: no answer to «language» has this value',
    ]);
  });
});

describe('a consent step', () => {
  const step = { id: 'agree', type: 'consent', say: { text: { en: 'May we?', hi: 'क्या हम?' } } };
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['with a way for everything but a yes', { otherwise: 'bye' }, {}, []],
    ['with nothing to say', { say: undefined }, {}, ['/steps/0/say: must be given: what is to be said']],
    [
      'that would take keys from before it spoke',
      { type_ahead: true },
      {},
      ['/steps/0/type_ahead: is no field that is known here'],
    ],
    [
      'on a key of the flow',
      {},
      { keys: { repeat: '3' } },
      ['/steps/0: needs the keys 1, 2, 3, and the flow has 3 for something else'],
    ],
    [
      'that leads to nowhere',
      { otherwise: 'bey' },
      {},
      ['/steps/0/otherwise: leads to «bey», and no step has this id'],
    ],
    [
      'that comes back to itself by silence',
      { otherwise: 'agree' },
      {},
      ['/steps/0/otherwise: makes a loop that can run for ever without a key press'],
    ],
  ])('%s', (_, fields, more, expected) => {
    const written: unknown = JSON.parse(JSON.stringify({ ...step, ...fields }));
    expect(faultsOf([written, bye], more)).toEqual(expected);
  });

  it('may be tested by branches, for what can be answered only', () => {
    const branch = { id: 'b', type: 'branch', on: 'agree', cases: { yes: 'bye', no: 'bye', maybe: 'bye' } };
    expect(faultsOf([step, branch, bye])).toEqual([
      '/steps/1/cases/maybe: can never come: no answer to «agree» has this value',
    ]);
  });
});

describe('a person step', () => {
  const who = { id: 'who', type: 'person' };
  const said = (words: string) => ({
    text: { en: words, hi: `नमस्ते ${(words.match(/\{\{.*?\}\}/g) ?? []).join(' ')}` },
  });
  const message = (id: string, words: string) => ({ id, type: 'message', say: said(words) });
  const q1 = {
    id: 'q1',
    type: 'choice',
    say: said('One?'),
    options: { 1: { value: 'a' }, 2: { value: 'b', next: 'who' } },
  };

  it.each<[string, unknown[], Record<string, unknown>, string[]]>([
    ['with names spoken behind it', [who, message('hello', 'Hello {{person.name}}, {{class}}.')], {}, []],
    ['to which the flow comes back', [who, q1], {}, []],
    [
      'that goes on without anybody',
      [{ ...who, give_up: 'bye' }, bye],
      {},
      ['/steps/0/give_up: is no field that is known here'],
    ],
    [
      'on a key of the flow',
      [who],
      { keys: { repeat: '9' } },
      ['/steps/0: needs the keys 1, 2, 3, 4, 5, 6, 7, 8, 9, and the flow has 9 for something else'],
    ],
    [
      'beside another',
      [who, { ...who, id: 'again' }],
      {},
      ['/steps/1/type: asks who is there a second time; lead back to «who» instead'],
    ],
    [
      'behind a name',
      [message('hello', 'Hello {{person.name}}.'), who],
      {},
      ['en', 'hi'].map(
        (language) =>
          `/steps/0/say/text/${language}: speaks of «person.name», which may be personal, before it is known who is on the phone`,
      ),
    ],
    [
      'behind a variable of the request',
      [{ id: 'hello', type: 'message', say: { digits: '{{class}}' } }, who],
      {},
      [
        '/steps/0/say/digits: speaks of «class», which may be personal, before it is known who is on the phone',
      ],
    ],
    [
      'behind a variable that tells nothing of a person',
      [message('hello', 'This is {{school}}.'), who],
      { public_variables: ['school'] },
      [],
    ],
    [
      'that can be gone round',
      [
        { id: 'b', type: 'branch', on: 'x', cases: { 1: 'hello' } },
        who,
        message('hello', 'Hello {{person.name}}.'),
      ],
      {},
      ['en', 'hi'].map(
        (language) =>
          `/steps/2/say/text/${language}: speaks of «person.name», which may be personal, before it is known who is on the phone`,
      ),
    ],
    [
      'tested by a branch',
      [who, { id: 'b', type: 'branch', when: [{ if: "person.id = 'p1'", next: 'end' }] }, bye],
      {},
      [],
    ],
  ])('%s', (_, steps, more, expected) => {
    expect(faultsOf(steps, more)).toEqual(expected);
  });

  it('is missed where a flow speaks of the person without one', () => {
    expect(faultsOf([message('hello', 'Hello {{person.name}}.')])).toEqual(
      ['en', 'hi'].map(
        (language) => `/steps/0/say/text/${language}: speaks of «person.name», which nothing gives a value`,
      ),
    );
  });

  it('or consent guards what is personal, whichever comes first', () => {
    const agree = { id: 'agree', type: 'consent', say: said('May we?') };
    const faults = faultsOf([
      message('a', '{{x}}'),
      who,
      message('b', '{{y}} {{person.name}}'),
      agree,
      message('c', '{{z}}'),
    ]);
    expect(faults.map((fault) => fault.split(' (')[0])).toEqual([
      '/steps/0/say/text/en: speaks of «x», which may be personal, before it is known who is on the phone',
      '/steps/0/say/text/hi: speaks of «x», which may be personal, before it is known who is on the phone',
      '/steps/2/say/text/en: speaks of «y», which may be personal, before anybody consented',
      '/steps/2/say/text/hi: speaks of «y», which may be personal, before anybody consented',
    ]);
  });
});
