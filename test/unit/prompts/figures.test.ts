import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/domain/prompts/figures.ts';
import {
  dateWords,
  everyDateWord,
  everyTimeWord,
  timeWords,
} from '../../../src/domain/prompts/moment-speech.ts';
import { everyMoneyWord, moneyWords } from '../../../src/domain/prompts/money-speech.ts';
import {
  digitWords,
  everyNumberWord,
  numberWords,
  phraseOf,
} from '../../../src/domain/prompts/number-speech.ts';
import { assert } from '../../../src/lib/assert.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

/** What people say, by language: each value and its words. */
interface Expected {
  numbers: Record<string, string>;
  dates: Record<string, string>;
  times: Record<string, string>;
  /** `INR 10.50`. */
  money: Record<string, string>;
}

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const tables = join(import.meta.dirname, 'figures');

function figuresOf(language: string): Figures {
  const figures = words[language]?.figures;
  assert(figures, `the gateway speaks ${language}`);
  return figures;
}

function sayMoney(amount: string, figures: Figures): string[] {
  const [currency = '', value] = amount.split(' ');
  return moneyWords(Number(value), currency, figures);
}

const kinds = [
  ['numbers', (value: string, figures: Figures) => numberWords(Number(value), figures)],
  ['dates', dateWords],
  ['times', timeWords],
  ['money', sayMoney],
] as const;

describe.each(Object.keys(words))('figures in %s', (language) => {
  const figures = figuresOf(language);
  const file = join(tables, `${language}.json`);
  const expected = JSON.parse(readFileSync(file, 'utf8')) as Expected;

  it.each(kinds)('are said as people say them: %s', (kind, say) => {
    const values = Object.keys(expected[kind]);
    const said = values.map((value) => [value, phraseOf(say(value, figures), figures)] as const);
    expect(Object.fromEntries(said)).toEqual(expected[kind]);
  });

  it('are never two different numbers in the same words', () => {
    const small = Array.from({ length: 3_000 }, (_, value) => phraseOf(numberWords(value, figures), figures));
    expect(new Set(small).size).toBe(small.length);
    const great = fc.oneof(fc.nat(99_999), fc.nat(9_999_999), fc.nat(1e9));
    fc.assert(
      fc.property(great, great, (one, other) => {
        fc.pre(one !== other);
        expect(numberWords(one, figures).join(' ')).not.toBe(numberWords(other, figures).join(' '));
      }),
      { numRuns: 300 },
    );
  });

  it('are spoken from fragments that are made before the call, whatever the number', () => {
    const made = new Set(everyNumberWord(figures));
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (value) => {
        expect(numberWords(value, figures).filter((word) => !made.has(word))).toEqual([]);
      }),
    );
  });

  it('need few fragments', () => {
    expect(new Set(everyNumberWord(figures)).size).toBeLessThanOrEqual(165);
    expect(new Set(everyTimeWord(figures)).size).toBeLessThanOrEqual(165);
  });

  it('say every day of a leap year, from fragments, all differently', () => {
    const made = new Set(everyDateWord(figures));
    const days = Array.from({ length: 366 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const said = days.map((day) => dateWords(day, figures));
    expect(said.flat().filter((word) => !made.has(word))).toEqual([]);
    expect(new Set(said.map((each) => each.join(' '))).size).toBe(366);
  });

  it('say every minute of a day, from fragments', () => {
    const made = new Set(everyTimeWord(figures));
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      const said = timeWords(time, figures);
      expect(said, time).not.toEqual([]);
      expect(said.filter((word) => !made.has(word))).toEqual([]);
    }
  });

  it('say every hour and minute of the clock differently', () => {
    const clock = Array.from({ length: 12 * 60 }, (_, minute) =>
      timeWords(
        `${String(Math.floor(minute / 60) + 6).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
        figures,
      ).join(' '),
    );
    expect(new Set(clock).size).toBe(clock.length);
  });

  it('say amounts of every currency from fragments', () => {
    const currencies = Object.keys(figures.money.currencies);
    expect(currencies).toEqual(expect.arrayContaining(['INR', 'USD', 'EUR', 'GBP']));
    fc.assert(
      fc.property(
        fc.constantFrom(...currencies),
        fc.integer({ min: -1e12, max: 1e12 }),
        (currency, paise) => {
          const made = new Set(everyMoneyWord(currency, figures));
          const said = moneyWords(paise / 100, currency, figures);
          expect(said).not.toEqual([]);
          expect(said.filter((word) => !made.has(word))).toEqual([]);
        },
      ),
    );
  });
});

describe('figures', () => {
  it('have a table of what people say in every language', () => {
    const languages = readdirSync(tables).map((file) => file.replace('.json', ''));
    expect(languages.toSorted()).toEqual(Object.keys(words));
  });

  it.each([Number.NaN, Infinity, -Infinity])('are nothing for %d', (value) => {
    expect(numberWords(value, figuresOf('en'))).toEqual([]);
    expect(moneyWords(value, 'INR', figuresOf('en'))).toEqual([]);
  });

  it('are nothing for what is no date, no time, no known currency', () => {
    const figures = figuresOf('hi');
    expect([
      ...dateWords('2026-02-30', figures),
      ...dateWords('26-02-01', figures),
      ...timeWords('24:00', figures),
      ...timeWords('7:30', figures),
      ...moneyWords(5, 'XYZ', figures),
      ...moneyWords(5, 'constructor', figures),
    ]).toEqual([]);
  });

  it('are digits one by one where a number is beyond all words', () => {
    expect(numberWords(1e15, figuresOf('en')).join(' ')).toBe(`one${' zero'.repeat(15)}`);
  });

  it('are digits one by one where they are to be', () => {
    expect(digitWords('A40-7', figuresOf('en'))).toEqual(['four', 'zero', 'seven']);
    expect(digitWords('40', null)).toEqual(['4', '0']);
  });
});
