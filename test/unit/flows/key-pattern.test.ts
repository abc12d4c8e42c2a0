import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesKeyPattern, parseKeyPattern } from '../../../src/domain/flows/key-pattern.ts';

function matches(pattern: string, entry: string): boolean | string {
  const parsed = parseKeyPattern(pattern);
  return parsed.result === 'fault' ? parsed.detail : matchesKeyPattern(parsed.pattern, entry);
}

describe('patterns of digits', () => {
  it.each([
    ['[6-9]\\d{9}', '9876543210', true],
    ['[6-9]\\d{9}', '1234567890', false],
    ['^\\d{6}$', '110001', true],
    ['\\d{6}', '1100011', false],
    ['(11|22)3?', '22', true],
    ['(11|22)3?', '33', false],
    ['[^0]+', '120', false],
    ['1*', '', true],
    ['.{2,}', '123', true],
  ])('%s with %s: %s', (pattern, entry, expected) => {
    expect(matches(pattern, entry)).toBe(expected);
  });

  it.each([
    'a',
    '(1',
    '1)',
    '[',
    '[]',
    '(?=1)',
    '\\w',
    '1{3,2}',
    '1{99}',
    '(1+)+',
    '(\\d*)*',
    '1||2',
    '\\1',
    '(((((((((1)))))))))',
  ])('refuses %s', (pattern) => {
    expect(typeof matches(pattern, '1')).toBe('string');
  });

  it('agree with regular expressions where both understand the pattern', () => {
    const atom = fc.constantFrom('1', '2', '\\d', '[12]', '[^1]', '.', '(1|22)', '(1|2)');
    const sign = fc.constantFrom('', '?', '*', '+', '{2}', '{1,3}', '{2,}');
    const pattern = fc
      .array(fc.tuple(atom, sign), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[123]{0,8}$/), (text, entry) => {
        expect(matches(text, entry)).toBe(new RegExp(`^(?:${text})$`).test(entry));
      }),
      { numRuns: 2000 },
    );
  });

  it('cannot run away', () => {
    const slow = '(1|1|1|1)*'.repeat(9);
    expect(matches(slow, `${'1'.repeat(31)}2`)).toBe(false);
  });

  it('reads any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) =>
        ['boolean', 'string'].includes(typeof matches(text, '123')),
      ),
    );
  });
});
