import { unreachable } from '../../../lib/assert.ts';
import type { FlowValue } from '../flow-session.ts';
import type { Arithmetic, Comparison, Expression } from './expression.ts';

/** Gives the value of a name; null for one that nobody knows. */
export type ValueOf = (name: string) => FlowValue;

/**
 * What the expression comes to. Never throws: what cannot be known is null, arithmetic with anything but numbers is null, and every
 * comparison with null is false. Responses are texts: one that reads as a number is taken as a number beside numbers.
 */
export function evaluateExpression(expression: Expression, valueOf: ValueOf): FlowValue {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      return valueOf(expression.name);
    case 'selected':
      return isSelected(valueOf(expression.name), evaluateExpression(expression.value, valueOf));
    case 'not':
      return !isTrue(evaluateExpression(expression.operand, valueOf));
    case 'negative':
      return arithmetic('-', 0, evaluateExpression(expression.operand, valueOf));
    case 'binary':
      return evaluateBinary(expression, valueOf);
    default:
      return unreachable(expression);
  }
}

/** Whether a condition holds: null, false, 0 and the empty text do not. */
export function isTrue(value: FlowValue): boolean {
  return Boolean(value);
}

function evaluateBinary(expression: Expression & { kind: 'binary' }, valueOf: ValueOf): FlowValue {
  const { operator } = expression;
  const left = evaluateExpression(expression.left, valueOf);
  if (operator === 'and' && !isTrue(left)) return false;
  if (operator === 'or' && isTrue(left)) return true;
  const right = evaluateExpression(expression.right, valueOf);
  switch (operator) {
    case 'and':
    case 'or':
      return isTrue(right);
    case '+':
    case '-':
    case '*':
    case '/':
    case 'mod':
      return arithmetic(operator, left, right);
    default:
      return compare(operator, left, right);
  }
}

function arithmetic(operator: Arithmetic, left: FlowValue, right: FlowValue): number | null {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === null || b === null) return null;
  const results: Record<Arithmetic, () => number> = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    mod: () => a % b,
  };
  const result = results[operator]();
  // JSON has no infinity and no −0: a session must survive being stored.
  return Number.isFinite(result) ? result + 0 : null;
}

function compare(operator: Comparison, left: FlowValue, right: FlowValue): boolean {
  if (left === null || right === null) return false;
  const [a, b] = comparable(operator, left, right);
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return unreachable(operator);
  }
}

/** Two numbers where both read as such, else two texts. Two texts are only equal as texts: the code 01 is not the code 1. */
function comparable(operator: Comparison, left: string | number | boolean, right: string | number | boolean) {
  const isEquality = operator === '=' || operator === '!=';
  const asTexts = isEquality && typeof left === 'string' && typeof right === 'string';
  const [a, b] = asTexts ? [null, null] : [numberOf(left), numberOf(right)];
  return a === null || b === null ? ([String(left), String(right)] as const) : ([a, b] as const);
}

function numberOf(value: FlowValue): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,6})?$/.test(value) ? Number(value) : null;
}

/** Whether the answer is this value, or has it among several that stand apart by spaces. */
function isSelected(answer: FlowValue, value: FlowValue): boolean {
  if (answer === null || value === null) return false;
  return String(answer) === String(value) || String(answer).split(' ').includes(String(value));
}
