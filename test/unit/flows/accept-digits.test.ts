import { expect, it } from 'vitest';
import { isAcceptable } from '../../../src/domain/flows/steps/accept-digits.ts';
import type { DigitsStep } from '../../../src/domain/flows/steps/digits-definition.ts';

const age: DigitsStep = { id: 'age', type: 'digits', say: { text: { en: 'Your age?' } }, min: 2, max: 3 };

it.each<[Partial<DigitsStep>, string, boolean]>([
  [{}, '1', false],
  [{}, '12', true],
  [{}, '123', true],
  [{}, '1234', false],
  [{}, '', false],
  [{}, '1a', false],
  [{}, '२०', false],
  [{ range: [18, 120] }, '17', false],
  [{ range: [18, 120] }, '18', true],
  [{ range: [18, 120] }, '120', true],
  [{ range: [18, 120] }, '121', false],
  [{ range: [18, 120] }, '018', true],
  [{ pattern: '[1-9]\\d' }, '20', true],
  [{ pattern: '[1-9]\\d' }, '02', false],
  [{ pattern: '[1-9]\\d' }, '200', false],
])('%j and %j: %s', (changes, value, expected) => {
  expect(isAcceptable({ ...age, ...changes }, value)).toBe(expected);
});

it('takes a single digit where nothing says how many', () => {
  const { min, ...noMin } = age;
  expect(min).toBe(2);
  expect(isAcceptable(noMin, '1')).toBe(true);
});
