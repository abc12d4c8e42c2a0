import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allNumberParts, digitParts, numberParts } from '../../../src/domain/prompts/number-speech.ts';
import { spokenPartKey, type SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const english = { language: 'en', words: words['en'] ?? null };
const hindi = { language: 'hi', words: words['hi'] ?? null };

function textOf(parts: SpokenPart[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join(' ');
}

describe('numbers', () => {
  it.each([
    [0, '0', '0'],
    [7, '7', '7'],
    [99, '99', '99'],
    [100, '1 hundred', '1 सौ'],
    [101, '1 hundred 1', '1 सौ 1'],
    [1_000, '1 thousand', '1 हज़ार'],
    [2_026, '2 thousand 26', '2 हज़ार 26'],
    [99_999, '99 thousand 9 hundred 99', '99 हज़ार 9 सौ 99'],
    [100_000, '1 lakh', '1 लाख'],
    [12_345_678, '1 crore 23 lakh 45 thousand 6 hundred 78', '1 करोड़ 23 लाख 45 हज़ार 6 सौ 78'],
    [
      1_234_567_890_000,
      '1 lakh 23 thousand 4 hundred 56 crore 78 lakh 90 thousand',
      '1 लाख 23 हज़ार 4 सौ 56 करोड़ 78 लाख 90 हज़ार',
    ],
    [-5, 'minus 5', 'माइनस 5'],
    [-0, '0', '0'],
    [2.5, '2 point 5', '2 दशमलव 5'],
    [-0.25, 'minus 0 point 2 5', 'माइनस 0 दशमलव 2 5'],
    [0.0000001, '0', '0'],
    [1e15, '1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0', '1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'],
    [Number.NaN, '', ''],
    [Infinity, '', ''],
  ])('%d is spoken as «%s»', (value, inEnglish, inHindi) => {
    expect(textOf(numberParts(value, english))).toBe(inEnglish);
    expect(textOf(numberParts(value, hindi))).toBe(inHindi);
  });

  it('are spoken from fragments that can be rendered before the call, whatever the number', () => {
    const rendered = new Set(allNumberParts(hindi).map(spokenPartKey));
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (value) =>
        numberParts(value, hindi).every((part) => rendered.has(spokenPartKey(part))),
      ),
    );
  });

  it('are never two different numbers in the same words', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), (one, other) => {
        fc.pre(one !== other);
        expect(textOf(numberParts(one, english))).not.toBe(textOf(numberParts(other, english)));
      }),
    );
  });

  it('are spoken digit by digit in a language without words for them', () => {
    expect(textOf(numberParts(120, { language: 'bn', words: null }))).toBe('1 2 0');
  });
});

describe('digits', () => {
  it('are spoken one by one, and what is no digit is left out', () => {
    expect(textOf(digitParts('A40-7', english))).toBe('4 0 7');
  });
});
