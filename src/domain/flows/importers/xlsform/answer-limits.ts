import { parseKeyPattern } from '../../key-pattern.ts';
import { parseForeignExpression, type ForeignExpression } from '../foreign-expression.ts';

/** What a constraint says of an answer that is keyed in. Bounds are whole numbers, both inclusive. */
export interface AnswerLimits {
  least: number | null;
  greatest: number | null;
  shortest: number | null;
  longest: number | null;
  pattern: string | null;
}

export type ReadLimits = { result: 'limits'; limits: AnswerLimits } | { result: 'fault'; detail: string };

export const noLimits: AnswerLimits = {
  least: null,
  greatest: null,
  shortest: null,
  longest: null,
  pattern: null,
};

const longestPattern = 100;

/** Reads `. >= 0 and . <= 120`, `regex(., '^[6-9][0-9]{9}$')`, `string-length(.) = 10` and what else keys can be held to. */
export function readLimits(constraint: string): ReadLimits {
  if (constraint === '') return { result: 'limits', limits: noLimits };
  const parsed = parseForeignExpression(constraint, 'xlsform');
  if (parsed.result === 'fault') return parsed;
  let limits = noLimits;
  for (const part of conjuncts(parsed.expression)) {
    const read = limitOf(part);
    if (read === null || (typeof read.pattern === 'string' && limits.pattern !== null))
      return { result: 'fault', detail: 'is of a kind that the keys of a phone cannot be held to' };
    limits = narrower(limits, read);
  }
  if (limits.pattern === null) return { result: 'limits', limits };
  if (limits.pattern.length > longestPattern)
    return { result: 'fault', detail: `has a pattern of more than ${longestPattern} characters` };
  const pattern = parseKeyPattern(limits.pattern);
  return pattern.result === 'pattern'
    ? { result: 'limits', limits }
    : { result: 'fault', detail: `has a pattern that ${pattern.detail}` };
}

function conjuncts(expression: ForeignExpression): ForeignExpression[] {
  return expression.kind === 'binary' && expression.operator === 'and'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
}

function limitOf(expression: ForeignExpression): Partial<AnswerLimits> | null {
  if (expression.kind === 'call') return patternOf(expression);
  if (expression.kind !== 'binary') return null;
  const { left, right, operator } = expression;
  if (isNumber(right)) return boundOf(left, operator, right);
  return isNumber(left) && Object.hasOwn(mirrored, operator)
    ? boundOf(right, mirrored[operator] ?? operator, left)
    : null;
}

const mirrored: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function boundOf(
  of: ForeignExpression,
  operator: string,
  by: ForeignExpression,
): Partial<AnswerLimits> | null {
  const number = numberOf(by);
  const bounds = number === null ? null : boundsFrom(operator, number);
  if (bounds === null) return null;
  if (isSelf(of)) return bounds;
  const isLength =
    of.kind === 'call' && of.name === 'string-length' && of.args.length === 1 && isSelf(of.args[0]);
  if (!isLength) return null;
  return { shortest: bounds.least ?? null, longest: bounds.greatest ?? null };
}

function boundsFrom(
  operator: string,
  number: number,
): Pick<Partial<AnswerLimits>, 'least' | 'greatest'> | null {
  switch (operator) {
    case '=':
      return { least: Math.ceil(number), greatest: Math.floor(number) };
    case '>=':
      return { least: Math.ceil(number) };
    case '>':
      return { least: Math.floor(number) + 1 };
    case '<=':
      return { greatest: Math.floor(number) };
    case '<':
      return { greatest: Math.ceil(number) - 1 };
    default:
      return null;
  }
}

function patternOf({ name, args }: ForeignExpression & { kind: 'call' }): Partial<AnswerLimits> | null {
  const [of, pattern] = args;
  if (name !== 'regex' || !isSelf(of) || pattern?.kind !== 'value') return null;
  return { pattern: String(pattern.value) };
}

function narrower(limits: AnswerLimits, other: Partial<AnswerLimits>): AnswerLimits {
  const most = (one: number | null, two: number | null = null): number | null =>
    one === null ? two : two === null ? one : Math.max(one, two);
  const least = (one: number | null, two: number | null = null): number | null =>
    one === null ? two : two === null ? one : Math.min(one, two);
  return {
    least: most(limits.least, other.least),
    greatest: least(limits.greatest, other.greatest),
    shortest: most(limits.shortest, other.shortest),
    longest: least(limits.longest, other.longest),
    pattern: other.pattern ?? limits.pattern,
  };
}

function isSelf(expression: ForeignExpression | undefined): boolean {
  return expression?.kind === 'name' && expression.name === '.';
}

function isNumber(expression: ForeignExpression): boolean {
  return numberOf(expression) !== null;
}

/** Also a number in quotes, as forms have it now and then. */
function numberOf(expression: ForeignExpression): number | null {
  if (expression.kind === 'negative') {
    const operand = numberOf(expression.operand);
    return operand === null ? null : -operand;
  }
  if (expression.kind !== 'value' || typeof expression.value === 'boolean' || expression.value === '')
    return null;
  const number = Number(expression.value);
  return Number.isFinite(number) ? number : null;
}
