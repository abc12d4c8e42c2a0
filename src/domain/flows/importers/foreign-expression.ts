/**
 * Expressions of other people's forms, read into one tree: XPath as XLSForms have it, and the spreadsheet-like expressions of FLOIP. What both
 * have in common is far more than what differs, which is in the dialect.
 */
export type ForeignExpression =
  | { kind: 'value'; value: string | number | boolean }
  /** `.` is the answer that is being judged. */
  | { kind: 'name'; name: string }
  | { kind: 'call'; name: string; args: ForeignExpression[] }
  | { kind: 'negative'; operand: ForeignExpression }
  | { kind: 'binary'; operator: ForeignOperator; left: ForeignExpression; right: ForeignExpression };

export type ForeignOperator =
  'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | 'mod';

export type ParsedForeignExpression =
  { result: 'expression'; expression: ForeignExpression } | { result: 'fault'; detail: string };

export type Dialect = 'xlsform' | 'floip';

const mostLength = 2_000;
const mostDepth = 40;
const mostTokens = 1_000;

type Token =
  | { kind: 'value'; value: string | number }
  | { kind: 'reference'; name: string }
  | { kind: 'word'; name: string }
  | { kind: 'sign'; sign: string };

/** The first form that fits at a place is the token there. */
const forms: Readonly<Record<Dialect, readonly (readonly [Token['kind'] | 'text' | 'space', RegExp])[]>> = {
  xlsform: [
    ['space', /\s+/y],
    ['reference', /\$\{\s*([^{}\s]{1,200})\s*\}/y],
    ['value', /\d{1,15}(?:\.\d{1,6})?/y],
    ['text', /'([^']*)'|"([^"]*)"/y],
    ['word', /([A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?)/y],
    ['reference', /(\.)(?![./])/y],
    ['sign', /!=|<=|>=|[=<>+\-*(),]/y],
  ],
  floip: [
    ['space', /\s+/y],
    ['value', /\d{1,15}(?:\.\d{1,6})?/y],
    ['text', /'([^']*)'|"([^"]*)"/y],
    ['word', /@?([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)/y],
    ['sign', /<>|!=|<=|>=|==|@(?=\()|[=<>+\-*/(),]/y],
  ],
};

const spellings: Readonly<Record<string, ForeignOperator>> = { '<>': '!=', '==': '=', div: '/' };

/** Operators from the loosest to the tightest; those of one row go from left to right. */
const precedence: readonly (readonly ForeignOperator[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', 'mod'],
];

/** Never throws; work and depth are bounded. Quotes that a word processor made round are taken for straight ones. */
export function parseForeignExpression(written: string, dialect: Dialect): ParsedForeignExpression {
  if (written.length > mostLength)
    return { result: 'fault', detail: `is longer than ${mostLength} characters` };
  const text = written.replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"').replaceAll('\u00a0', ' ');
  const tokens = readTokens(text, dialect);
  if (!Array.isArray(tokens))
    return { result: 'fault', detail: `cannot be read from «${excerpt(text, tokens.at)}» on` };
  try {
    const reader: Reader = { tokens, next: 0, depth: 0 };
    const expression = readBinary(reader, 0);
    if (reader.next < tokens.length) throw new Unreadable('has something out of place');
    return { result: 'expression', expression };
  } catch (error) {
    if (error instanceof Unreadable) return { result: 'fault', detail: error.message };
    throw error;
  }
}

interface Reader {
  tokens: readonly Token[];
  next: number;
  depth: number;
}

/** Carries the reason out of the recursion; never leaves this module. */
class Unreadable extends Error {}

function readTokens(text: string, dialect: Dialect): Token[] | { at: number } {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const found = tokenAt(text, at, dialect);
    if (found === null || tokens.length >= mostTokens) return { at };
    if (found.token !== null) tokens.push(found.token);
    at += found.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number, dialect: Dialect): { token: Token | null; length: number } | null {
  for (const [kind, form] of forms[dialect]) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null) continue;
    const [whole, inner = match[2] ?? ''] = match;
    return { token: tokenOf(kind, whole, inner), length: whole.length };
  }
  return null;
}

function tokenOf(kind: Token['kind'] | 'text' | 'space', whole: string, inner: string): Token | null {
  switch (kind) {
    case 'space':
      return null;
    case 'value':
      return { kind, value: Number(whole) };
    case 'text':
      return { kind: 'value', value: inner };
    case 'reference':
    case 'word':
      return { kind, name: inner };
    case 'sign':
      // `@(…)` only says that an expression begins.
      return whole === '@' ? null : { kind, sign: whole };
  }
}

function readBinary(reader: Reader, row: number): ForeignExpression {
  const operators = precedence[row];
  if (operators === undefined) return readOperand(reader);
  let left = readBinary(reader, row + 1);
  for (let length = 0; ; length += 1) {
    const operator = operatorAt(reader, operators);
    if (operator === null) return left;
    if (length >= mostDepth) throw new Unreadable('is too long a chain');
    reader.next += 1;
    left = { kind: 'binary', operator, left, right: readBinary(reader, row + 1) };
  }
}

function operatorAt(reader: Reader, operators: readonly ForeignOperator[]): ForeignOperator | null {
  const token = reader.tokens[reader.next];
  const written =
    token?.kind === 'sign' ? token.sign : token?.kind === 'word' ? token.name.toLowerCase() : '';
  const spelt = Object.hasOwn(spellings, written) ? spellings[written] : written;
  return operators.find((operator) => operator === spelt) ?? null;
}

function readOperand(reader: Reader): ForeignExpression {
  reader.depth += 1;
  if (reader.depth > mostDepth) throw new Unreadable('is nested too deeply');
  const expression = readToken(reader);
  reader.depth -= 1;
  return expression;
}

function readToken(reader: Reader): ForeignExpression {
  const token = reader.tokens[reader.next];
  if (token === undefined) throw new Unreadable('ends too early');
  reader.next += 1;
  if (token.kind === 'value') return token;
  if (token.kind === 'reference') return { kind: 'name', name: token.name };
  if (token.kind === 'word') return readWord(reader, token.name);
  if (token.sign === '-') return { kind: 'negative', operand: readOperand(reader) };
  if (token.sign !== '(') throw new Unreadable('has something out of place');
  const inner = readBinary(reader, 0);
  expectSign(reader, ')');
  return inner;
}

function readWord(reader: Reader, name: string): ForeignExpression {
  if (!isSign(reader, '(')) {
    const word = name.toLowerCase();
    return word === 'true' || word === 'false'
      ? { kind: 'value', value: word === 'true' }
      : { kind: 'name', name };
  }
  reader.next += 1;
  const args: ForeignExpression[] = [];
  while (!isSign(reader, ')')) {
    if (args.length > 0) expectSign(reader, ',');
    args.push(readBinary(reader, 0));
  }
  reader.next += 1;
  return { kind: 'call', name: name.toLowerCase(), args };
}

function isSign(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.next];
  return token?.kind === 'sign' && token.sign === sign;
}

function expectSign(reader: Reader, sign: string): void {
  if (!isSign(reader, sign)) throw new Unreadable(`lacks a «${sign}»`);
  reader.next += 1;
}

function excerpt(text: string, at: number): string {
  return Array.from(text.slice(at, at + 24))
    .join('')
    .toWellFormed();
}
