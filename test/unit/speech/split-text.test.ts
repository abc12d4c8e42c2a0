import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitText } from '../../../src/speech/split-text.ts';

describe('a text that is too long for a service', () => {
  test.each([
    { text: 'यह एक है। यह दो है। यह तीन', longest: 20, pieces: ['यह एक है। यह दो है।', 'यह तीन'] },
    { text: 'یہ ایک ہے۔ یہ دو ہے؟ تین', longest: 21, pieces: ['یہ ایک ہے۔ یہ دو ہے؟', 'تین'] },
    { text: 'এক দুই॥ তিন চার', longest: 12, pieces: ['এক দুই॥', 'তিন চার'] },
    { text: 'One is 3.5 and more. Two', longest: 21, pieces: ['One is 3.5 and more.', 'Two'] },
    { text: 'For seven, press one now', longest: 16, pieces: ['For seven,', 'press one now'] },
    { text: 'first line\nsecond line', longest: 15, pieces: ['first line', 'second line'] },
    { text: 'aaa bbb ccc', longest: 8, pieces: ['aaa bbb', 'ccc'] },
    { text: 'aaaaaaaaaa', longest: 4, pieces: ['aaaa', 'aaaa', 'aa'] },
    { text: 'Is it? «Yes.» No', longest: 14, pieces: ['Is it? «Yes.»', 'No'] },
    { text: '  ', longest: 5, pieces: [] },
    { text: 'short', longest: 5, pieces: ['short'] },
  ])('«$text» is cut where one takes breath', ({ text, longest, pieces }) => {
    expect(splitText(text, longest)).toEqual(pieces);
  });

  test('is never cut within a syllable', () => {
    const syllable = 'क्षि'; // four code points, one letter to a reader
    for (const piece of splitText(syllable.repeat(20), 10)) expect(piece.length % syllable.length).toBe(0);
  });

  test('keeps all its letters in their order, in pieces that fit', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '।', ',', '.', '?', '؟', '۔', '\n', 'कि', '1', '  ', 'नमस्ते'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 60 }), (words, longest) => {
        const pieces = splitText(words, longest);
        expect(pieces.join('').replaceAll(/\s/g, '')).toBe(words.replaceAll(/\s/g, ''));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(longest);
          expect(piece).toBe(piece.trim());
          expect(piece).not.toBe('');
        }
      }),
    );
  });
});
