import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spellNumerals } from '../../../src/domain/prompts/spell-numerals.ts';
import { assert } from '../../../src/lib/assert.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

function spelled(language: string, text: string): string {
  const figures = words[language]?.figures;
  assert(figures, `the gateway speaks ${language}`);
  return spellNumerals(text, figures);
}

describe('numerals in a text', () => {
  it.each([
    ['ne', '1 थिच्नुहोस्। २ थिच्नुहोस्।', 'एक थिच्नुहोस्। दुई थिच्नुहोस्।'],
    ['hi', '27 बच्चे, १५ लड़कियाँ', 'सत्ताईस बच्चे, पंद्रह लड़कियाँ'],
    ['hi', 'कुल 1,25,000 लोग, 2.5 किलो', 'कुल एक लाख पच्चीस हज़ार लोग, दो दशमलव पाँच किलो'],
    ['en', 'Press 1, or 10.', 'Press one, or ten.'],
    [
      'en',
      'Call 1800123456 or 0800.',
      'Call one eight zero zero one two three four five six or zero eight zero zero.',
    ],
    [
      'en',
      'the 2nd of 3G, ₹500, 10:30, 21/11/2026, 2026-11-21',
      'the 2nd of 3G, ₹500, 10:30, 21/11/2026, 2026-11-21',
    ],
    ['es', 'son 1.000 o 2,50', 'son 1.000 o 2,50'],
    ['ar', 'اضغط ٢', 'اضغط اثنين'],
    ['hi', '2वीं कक्षा', '2वीं कक्षा'],
  ])('in %s: «%s» is spoken as «%s»', (language, text, expected) => {
    expect(spelled(language, text)).toBe(expected);
  });

  it('leave every text without digits as it is, and never fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...Object.keys(words)), (text, language) => {
        const said = spelled(language, text);
        if (!/\p{Nd}/u.test(text)) expect(said).toBe(text);
      }),
    );
  });
});
