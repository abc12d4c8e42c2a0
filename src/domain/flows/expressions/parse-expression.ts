import type { Expression, Operator } from './expression.ts';
import { reservedWords } from './expression.ts';
import { readTokens, type Token } from './read-tokens.ts';

export type ParsedExpression =
  { result: 'expression'; expression: Expression } | { result: 'fault'; detail: string };

const mostLength = 500;
const mostDepth = 40;

/** Operators from the loosest to the tightest; those of one row go from left to right. */
const precedence: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['=', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', 'mod'],
];

/** Reads an expression such as `score.correct >= 7 and q1 = 'b'`. Never throws; work and depth are bounded. */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > mostLength) return fault(`is longer than ${mostLength} characters`);
  const tokens = readTokens(text);
  if (!Array.isArray(tokens)) return fault(`cannot be read from ${quote(text, tokens.at)} on`);
  const reader: Reader = { text, tokens, next: 0, depth: 0 };
  try {
    const expression = readBinary(reader, 0);
    const left = reader.tokens[reader.next];
    return left === undefined ? { result: 'expression', expression } : fault(unexpected(reader, left));
  } catch (error) {
    if (error instanceof Unreadable) return fault(error.message);
    throw error;
  }
}

interface Reader {
  text: string;
  tokens: readonly Token[];
  next: number;
  depth: number;
}

/** Carries the reason out of the recursion; never leaves this module. */
class Unreadable extends Error {}

function readBinary(reader: Reader, row: number): Expression {
  const operators = precedence[row];
  if (operators === undefined) return readUnary(reader);
  let left = readBinary(reader, row + 1);
  for (let length = 0; ; length += 1) {
    const operator = operatorAt(reader, operators);
    if (operator === null) return left;
    if (length >= mostDepth) throw new Unreadable('is too long a chain; split it over several steps');
    reader.next += 1;
    left = { kind: 'binary', operator, left, right: readBinary(reader, row + 1) };
  }
}

function operatorAt(reader: Reader, operators: readonly Operator[]): Operator | null {
  const token = reader.tokens[reader.next];
  const word = token?.kind === 'sign' ? token.sign : token?.kind === 'name' ? token.name : null;
  const name = word === 'div' ? '/' : word;
  return operators.find((operator) => operator === name) ?? null;
}

function readUnary(reader: Reader): Expression {
  reader.depth += 1;
  if (reader.depth > mostDepth) throw new Unreadable('is nested too deeply');
  const expression = readOperand(reader);
  reader.depth -= 1;
  return expression;
}

function readOperand(reader: Reader): Expression {
  const token = take(reader);
  if (token.kind === 'number' || token.kind === 'string') return { kind: 'value', value: token.value };
  if (token.kind === 'name') return readName(reader, token);
  if (token.sign === '-') return { kind: 'negative', operand: readUnary(reader) };
  if (token.sign !== '(') throw new Unreadable(unexpected(reader, token));
  const inner = readBinary(reader, 0);
  expectSign(reader, ')');
  return inner;
}

function readName(reader: Reader, token: Token & { kind: 'name' }): Expression {
  switch (token.name) {
    case 'not':
      // Binds looser than a comparison, as people expect of `not q1 = 'a'`.
      return { kind: 'not', operand: readBinary(reader, 2) };
    case 'true':
    case 'false':
      return { kind: 'value', value: token.name === 'true' };
    case 'null':
      return { kind: 'value', value: null };
    case 'selected':
      return readSelected(reader);
    default:
      if (reservedWords.has(token.name)) throw new Unreadable(unexpected(reader, token));
      return { kind: 'name', name: token.name };
  }
}

function readSelected(reader: Reader): Expression {
  expectSign(reader, '(');
  const question = take(reader);
  if (question.kind !== 'name' || reservedWords.has(question.name)) {
    throw new Unreadable('needs the name of a question in «selected(question, value)»');
  }
  expectSign(reader, ',');
  const value = readBinary(reader, 0);
  expectSign(reader, ')');
  return { kind: 'selected', name: question.name, value };
}

function take(reader: Reader): Token {
  const token = reader.tokens[reader.next];
  if (token === undefined) throw new Unreadable('ends too early');
  reader.next += 1;
  return token;
}

function expectSign(reader: Reader, sign: string): void {
  const token = take(reader);
  if (token.kind !== 'sign' || token.sign !== sign) {
    throw new Unreadable(`needs «${sign}» before ${quote(reader.text, token.at)}`);
  }
}

function unexpected(reader: Reader, token: Token): string {
  return `has something out of place at ${quote(reader.text, token.at)}`;
}

function quote(text: string, at: number): string {
  return `«${Array.from(text.slice(at, at + 24)).join('')}»`;
}

function fault(detail: string): ParsedExpression {
  return { result: 'fault', detail };
}
