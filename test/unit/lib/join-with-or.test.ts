import { expect, it } from 'vitest';
import { joinWithOr } from '../../../src/lib/join-with-or.ts';

it.each([
  { words: [], joined: '' },
  { words: ['a text'], joined: 'a text' },
  { words: ['a text', 'a list'], joined: 'a text or a list' },
  { words: ['1', '2', '3', '4'], joined: '1, 2, 3 or 4' },
])('joins $words.length words as a sentence has them', ({ words, joined }) => {
  expect(joinWithOr(words)).toBe(joined);
});
