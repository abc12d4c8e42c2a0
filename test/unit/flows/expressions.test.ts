import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowValue } from '../../../src/domain/flows/flow-session.ts';
import { evaluateExpression } from '../../../src/domain/flows/expressions/evaluate-expression.ts';
import { parseExpression } from '../../../src/domain/flows/expressions/parse-expression.ts';

const values: Record<string, FlowValue> = {
  q1: 'b',
  age: '20',
  n: 3,
  'score.correct': 7,
  yes: true,
  many: 'a c',
  'q-1': 'x',
};
const valueOf = (name: string): FlowValue => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);

function evaluate(text: string): FlowValue | string {
  const parsed = parseExpression(text);
  return parsed.result === 'fault'
    ? `fault: ${parsed.detail}`
    : evaluateExpression(parsed.expression, valueOf);
}

describe('expressions', () => {
  it.each<[string, FlowValue]>([
    ["score.correct >= 7 and q1 = 'b'", true],
    ["q1 = 'a' or q1 = 'b'", true],
    ["not q1 = 'a' and n = 3", true],
    ["not (q1 = 'b')", false],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 2 - 3', 5],
    ['7 mod 4 + 8 div 2 - 6 / 3', 5],
    ['-n + 1', -2],
    ['age >= 18', true],
    ["age > '9'", true],
    ["age = '20'", true],
    ["age = '020'", false],
    ['age = 20', true],
    ["q1 < 'c'", true],
    ['nobody', null],
    ['nobody = null', false],
    ['nobody != 1', false],
    ['nobody + 1', null],
    ['not nobody', true],
    ['q1 * 2', null],
    ['1 / 0', null],
    ['yes', true],
    ['true and false', false],
    ["selected(q1, 'b')", true],
    ["selected(many, 'c')", true],
    ["selected(many, 'b')", false],
    ["selected(nobody, 'b')", false],
    ["q-1 = 'x'", true],
    ['n - 1', 2],
    ["'it''s'", "it's"],
    ["q1='b'and n<4", true],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each([
    '',
    '1 +',
    '(1',
    '1)',
    'q1 == 1',
    "'open",
    '1 2',
    'and',
    'selected(q1)',
    "selected('a', 1)",
    'a $ b',
    'not',
    `${'('.repeat(60)}1${')'.repeat(60)}`,
    Array(200).fill('1').join('+'),
  ])('refuses «%s»', (text) => {
    expect(evaluate(text)).toMatch(/^fault: /);
  });

  it('reads any text without throwing, and quickly', () => {
    const tokens = fc.constantFrom(
      '(',
      ')',
      'not ',
      ' and ',
      ' or ',
      '-',
      '+',
      '*',
      '=',
      '<',
      "'a'",
      'q1',
      '1',
      'selected(',
      ',',
      ' mod ',
      '2.5',
    );
    const anyText = fc.oneof(
      fc.string({ maxLength: 600 }),
      fc.array(tokens, { maxLength: 120 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const value = evaluate(text);
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });
});
