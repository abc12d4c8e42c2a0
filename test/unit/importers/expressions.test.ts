import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateExpression, isTrue } from '../../../src/domain/flows/expressions/evaluate-expression.ts';
import { parseExpression } from '../../../src/domain/flows/expressions/parse-expression.ts';
import {
  parseForeignExpression,
  type Dialect,
} from '../../../src/domain/flows/importers/foreign-expression.ts';
import { writeExpression } from '../../../src/domain/flows/importers/write-expression.ts';

const names = ['a', 'b', 'c'] as const;

function translated(text: string, dialect: Dialect = 'xlsform'): string {
  const parsed = parseForeignExpression(text, dialect);
  if (parsed.result === 'fault') return `! ${parsed.detail}`;
  let count = 0;
  const written = writeExpression(parsed.expression, {
    resolve: (name) =>
      names.some((each) => each === name)
        ? { kind: 'question', id: name }
        : name === 'v'
          ? { kind: 'variable', name: 'v' }
          : name === 'm'
            ? {
                kind: 'several',
                ids: new Map([
                  ['x', 'm_x'],
                  ['y', 'm_y'],
                ]),
                yes: 'yes',
              }
            : { kind: 'fault', detail: `speaks of «${name}»` },
    newVariable: () => `t${(count += 1)}`,
  });
  return written.result === 'fault' ? `! ${written.detail}` : written.text;
}

describe('an expression of an XLSForm', () => {
  it.each([
    ["${a} = 'yes'", "a = 'yes'"],
    ['${a} = "yes"', "a = 'yes'"],
    ['${a} = ‘yes’', "a = 'yes'"],
    ["${a} != 'yes'", "not (a = 'yes')"],
    ['${ a } >= 18 and ${b} < 5', 'a >= 18 and b < 5'],
    ["selected(${a}, 'x') or not(selected(${b}, 'y'))", "selected(a, 'x') or not (selected(b, 'y'))"],
    ["selected(${m}, 'x')", "m_x = 'yes'"],
    ["${m} != ''", 'm_x = m_x or m_y = m_y'],
    ["${a} = ''", 'not (a = a)'],
    ['string-length(${a}) > 0', '! uses «string-length()», which a phone call has no means for'],
    ["${v} != ''", "v = v and not (v = '')"],
    ['(${a} + 2) * 3 > 4 - ${b} div 2', '(a + 2) * 3 > 4 - b / 2'],
    ['1 - (2 - ${a})', '1 - (2 - a)'],
    ["(${a} = 'x' or ${b} = 'y') and ${c} = 'z'", "(a = 'x' or b = 'y') and c = 'z'"],
    ["coalesce(${a}, ${b}) = 'x'", "t1 = 'x'"],
    ['true() and not(false())', 'true and not (false)'],
    ["${a} = 'it''s'", '! has something out of place'],
    ['${a} = "it\'s"', "a = 'it''s'"],
    ['-${a} < -1', '(- a) < (- 1)'],
    ['${nobody} = 1', '! speaks of «nobody»'],
    [
      "${m} = 'x'",
      '! compares «m», which has several answers, as a whole: only selected() can be asked of it',
    ],
    ['today() > 1', '! uses «today()», which a phone call has no means for'],
    ['', '! ends too early'],
    ['${a} = ', '! ends too early'],
    ['${a', '! cannot be read from «${a» on'],
    ['/data/a = 1', '! cannot be read from «/data/a = 1» on'],
    ['('.repeat(60), '! is nested too deeply'],
  ])('%s', (text, expected) => {
    expect(translated(text)).toBe(expected);
  });
});

describe('an expression of FLOIP', () => {
  it.each([
    ["@a = 'x'", "a = 'x'"],
    ["@(AND(a <> 'x', b >= 3))", "not (a = 'x') and b >= 3"],
    ['OR(a = 1, b = 2, c = 3)', 'a = 1 or b = 2 or c = 3'],
    ['has_number_gt(a, 5)', 'a > 5'],
    ["a & b = 'x'", "! cannot be read from «& b = 'x'» on"],
    ['SUM(a, b, 2) / 3 > 1', '(a + b + 2) / 3 > 1'],
  ])('%s', (text, expected) => {
    expect(translated(text, 'floip')).toBe(expected);
  });
});

type Answers = Record<(typeof names)[number], string>;

/** A condition with what XPath makes of it; an answer that was not given is the empty text there. */
interface Condition {
  text: string;
  holds: (answers: Answers) => boolean;
}

const literals = ['yes', 'no', '5', '12', ''] as const;
const comparison = fc.oneof(
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('=', '!='), fc.constantFrom(...literals))
    .map(([name, operator, literal]): Condition => ({
      text: `\${${name}} ${operator} '${literal}'`,
      holds: (answers) => (answers[name] === literal) === (operator === '='),
    })),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('<', '<=', '>', '>=', '='), fc.nat(15))
    .map(([name, operator, number]): Condition => ({
      text: `\${${name}} ${operator} ${number}`,
      holds: (answers) =>
        isAs(operator, answers[name as 'a'] === '' ? Number.NaN : Number(answers[name as 'a']), number),
    })),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('yes', 'no', '5'))
    .map(([name, literal]): Condition => ({
      text: `selected(\${${name}}, '${literal}')`,
      holds: (answers) => answers[name] === literal,
    })),
);

function isAs(operator: string, left: number, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  if (operator === '>') return left > right;
  return operator === '>=' ? left >= right : left === right;
}

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    comparison,
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([one, operator, other]): Condition => ({
        text: `(${one.text}) ${operator} (${other.text})`,
        holds: (answers) =>
          operator === 'and'
            ? one.holds(answers) && other.holds(answers)
            : one.holds(answers) || other.holds(answers),
      })),
    tie('condition').map((inner): Condition => ({
      text: `not(${inner.text})`,
      holds: (answers) => !inner.holds(answers),
    })),
  ),
}));
/** Numbers are compared with answers that are numbers: a text beside a number is compared as text here, and is none over there. */
const number = fc.constantFrom('', '5', '12', '3');
const choice = fc.constantFrom('', 'yes', 'no', '5');

describe('a condition that was translated', () => {
  it('is as true as it was', () => {
    fc.assert(
      fc.property(condition, fc.record({ a: number, b: number, c: choice }), ({ text, holds }, answers) => {
        const ours = translated(text);
        // What is too long or too deep is refused, never changed.
        if (ours.startsWith('!')) return;
        const parsed = parseExpression(ours);
        if (parsed.result === 'fault') throw new Error(`${ours}: ${parsed.detail}`);
        const valueOf = (name: string): string | null => answers[name as 'a'] || null;
        expect(isTrue(evaluateExpression(parsed.expression, valueOf)), `${text} → ${ours}`).toBe(
          holds(answers),
        );
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);

  it('is never thrown over, whatever it is', () => {
    const pieces = fc.constantFrom(
      '${a}',
      '${m}',
      '.',
      'selected',
      'if',
      '(',
      ')',
      ',',
      "'x'",
      '"',
      '=',
      '!=',
      'and',
      'or',
      'not',
      '1',
      '-',
      '@',
      'a.b',
      ' ',
      'div',
      '&',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }),
        fc.constantFrom<Dialect>('xlsform', 'floip'),
        (parts, dialect) => {
          const ours = translated(parts.join(''), dialect);
          if (!ours.startsWith('!')) expect(parseExpression(ours).result).toBe('expression');
        },
      ),
      { numRuns: 2_000 },
    );
  }, 60_000);
});
