import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowValue } from '../../../src/domain/flows/flow-session.ts';
import { builtInPromptIds, systemWords, wordIds } from '../../../src/domain/prompts/built-in-words.ts';
import { checkSpeakable } from '../../../src/domain/prompts/check-speakable.ts';
import { everyPartOf } from '../../../src/domain/prompts/every-part.ts';
import type { Say } from '../../../src/domain/prompts/say.ts';
import { speak, type Voice } from '../../../src/domain/prompts/speak.ts';
import { spokenPartKey } from '../../../src/domain/prompts/spoken-part.ts';
import { isTemplate, namesIn } from '../../../src/domain/prompts/template.ts';
import { assert } from '../../../src/lib/assert.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

function voice(values: Record<string, FlowValue>, late: string[] = [], language = 'en'): Voice {
  return {
    language,
    words: words[language] ?? null,
    people: [],
    valueOf: (name) => (Object.hasOwn(values, name) ? (values[name] ?? null) : null),
    isKnownLate: (name) => late.includes(name),
    greatestOf: () => null,
  };
}

function said(what: Say, by: Voice): string {
  return speak(what, by)
    .map((part) => {
      if (part.kind === 'pause') return `<${part.durationMs}>`;
      if (part.kind === 'recording') return `<${part.hash}>`;
      if (part.kind === 'beep' || part.kind === 'music' || part.kind === 'own_words') return part.kind;
      return part.kind === 'prompt' ? (part.text ?? `<${part.id}>`) : part.text;
    })
    .join(' | ');
}

describe('what is said', () => {
  const values = { name: 'Asha', n: 105, day: '2026-02-28', no_day: '2026-02-30', at: '00:05', pin: '0420' };
  const cases: [string, Say, string][] = [
    ['a text with a variable', { text: { en: 'Hello {{name}}.' } }, 'Hello Asha.'],
    [
      'a text with a variable that is missing',
      { text: { en: 'Hello {{nobody}}, welcome.' } },
      'Hello, welcome.',
    ],
    ['a prompt of the library', 'system.thank_you', 'Thank you.'],
    ['digits', { digits: '{{pin}}' }, 'zero | four | two | zero'],
    ['a number', { number: '{{n}}' }, 'one hundred and five'],
    ['a number that is none', { number: '{{name}}' }, ''],
    ['a date', { date: '{{day}}' }, 'the twenty-eighth of February two thousand and twenty-six'],
    ['a date that does not exist', { date: '{{no_day}}' }, ''],
    ['a time of day', { time: '{{at}}' }, 'twelve oh five at night'],
    ['noon', { time: '12:00' }, "twelve o'clock in the afternoon"],
    ['an amount of money', { money: '{{n}}', currency: 'INR' }, 'one hundred and five rupees'],
    ['an amount that is none', { money: '{{name}}', currency: 'INR' }, ''],
    ['a pause', { pause: 'PT0.5S' }, '<500>'],
    ['a list', [{ text: { en: 'One' } }, { pause: 'PT0.2S' }, 'system.goodbye'], 'One | <200> | Goodbye.'],
  ];
  it.each(cases)('speaks %s', (_, what, expected) => {
    expect(said(what, voice(values))).toBe(expected);
  });

  it('puts what is known late together from fragments', () => {
    expect(said({ number: '{{n}}' }, voice(values, ['n']))).toBe('one hundred | and | five');
    expect(said({ date: '{{day}}' }, voice(values, ['day'], 'hi'))).toBe(
      'अट्ठाईस | फ़रवरी | दो | हज़ार | छब्बीस',
    );
    expect(said({ time: '{{at}}' }, voice(values, ['at'], 'hi'))).toBe('रात | बारह | बजकर | पाँच | मिनट');
  });

  it('speaks nothing late that was not collected before, whatever the value', () => {
    const items: Say[] = [
      { digits: '{{x}}' },
      { number: '{{x}}' },
      { date: '{{x}}' },
      { time: '{{x}}' },
      { money: '{{x}}', currency: 'INR' },
    ];
    const anyDate = fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
    const anyTime = fc
      .tuple(fc.nat(25), fc.nat(61))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const anyValue = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), anyDate, anyTime);
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...Object.keys(words), 'xx'), (x, language) => {
        for (const item of items) {
          const collected = new Set(everyPartOf(item, voice({}, ['x'], language)).map(spokenPartKey));
          const spoken = speak(item, voice({ x }, ['x'], language)).map(spokenPartKey);
          expect(spoken.filter((key) => !collected.has(key))).toEqual([]);
        }
      }),
    );
  });
});

describe('placeholders', () => {
  it.each([
    ['{{name}}', true, ['name']],
    ['{{ score.correct }} of {{total}}', true, ['score.correct', 'total']],
    ['no braces', true, []],
    ['{{}}', false, []],
    ['{{a b}}', false, []],
    ['{{a', false, []],
    ['a}}', false, []],
  ])('«%s»: readable %s, names %j', (text, readable, names) => {
    expect({ readable: isTemplate(text), names: namesIn(text) }).toEqual({ readable, names });
  });
});

function withoutKey(all: object, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([each]) => each !== key));
}

describe('built-in words', () => {
  it('are there in the languages that the gateway speaks', () => {
    const languages = 'af ar as bn en en-IN es fr gu hi kn ml mr ne or pa pt sw ta te ur';
    expect(Object.keys(words).join(' ')).toBe(languages);
  });

  it.each(Object.keys(words))('can be spoken by a voice of the language: %s', (language) => {
    const all = words[language];
    assert(all, 'the language was read');
    const faults = wordIds.flatMap((id) => checkSpeakable(all[id], language).map((fault) => [id, fault]));
    expect(faults).toEqual([]);
  });

  it('are each explained to who adds a language', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../prompts/README.md'), 'utf8');
    expect(wordIds.filter((id) => !readme.includes(`\`${id}\``))).toEqual([]);
  });

  it('must all be there, with their placeholders', () => {
    const english = withoutKey(words['en'] ?? {}, 'figures');
    expect(systemWords.safeParse(english).success).toBe(true);
    const some = withoutKey(english, 'system.goodbye');
    expect(systemWords.safeParse(some).error?.issues).toMatchObject([{ path: ['system.goodbye'] }]);
    const wrong = { ...english, 'system.opt_out_confirm': 'Press 0.' };
    expect(systemWords.safeParse(wrong).error?.issues).toMatchObject([
      { path: ['system.opt_out_confirm'], message: 'must have {{key}}' },
    ]);
  });

  it('can be named by flows where nothing needs to be filled in', () => {
    expect(builtInPromptIds.has('system.thank_you')).toBe(true);
    expect(builtInPromptIds.has('system.for_label_press')).toBe(false);
  });
});
