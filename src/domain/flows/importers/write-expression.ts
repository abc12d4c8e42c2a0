import { unreachable } from '../../../lib/assert.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import type { ForeignExpression, ForeignOperator } from './foreign-expression.ts';

/** What a name in a foreign expression stands for in the flow. */
export type Named =
  | { kind: 'question'; id: string }
  | { kind: 'variable'; name: string }
  /** A question with several answers, asked as one question for each: by value, its id. */
  | { kind: 'several'; ids: ReadonlyMap<string, string>; yes: string }
  | { kind: 'text'; text: string }
  | { kind: 'fault'; detail: string };

/**
 * A condition within an expression, `if(a, b, c)`: the flow's expressions have none, so that a variable is set to `otherwise`, and to `then` where
 * `condition` holds, before the expression is worked out.
 */
export interface Hoisted {
  variable: string;
  condition: string;
  then: string;
  otherwise: string;
}

export type WrittenExpression =
  { result: 'expression'; text: string; hoisted: Hoisted[] } | { result: 'fault'; detail: string };

export interface WritingContext {
  resolve: (name: string) => Named;
  /** A name for a variable that nothing else has. */
  newVariable: () => string;
}

/**
 * The expression in the flow's own language, with the same truth: an answer that was not given is the empty text over there and null here, so that
 * `a != b` is written `not (a = b)`. Never throws.
 */
export function writeExpression(expression: ForeignExpression, context: WritingContext): WrittenExpression {
  const writer: Writer = { ...context, hoisted: [] };
  try {
    const { text } = write(writer, expression);
    const parsed = [text, ...writer.hoisted.map((each) => each.condition)].map(parseExpression);
    const fault = parsed.find((each) => each.result === 'fault');
    if (fault !== undefined) return fault;
    return { result: 'expression', text, hoisted: writer.hoisted };
  } catch (error) {
    if (error instanceof Untranslatable) return { result: 'fault', detail: error.message };
    throw error;
  }
}

interface Writer extends WritingContext {
  hoisted: Hoisted[];
}

/** How tightly the outermost operator binds; what stands by itself binds tightest. */
interface Written {
  text: string;
  binds: number;
}

/** Carries the reason out of the recursion; never leaves this module. */
class Untranslatable extends Error {}

const bindings: Readonly<Record<Exclude<ForeignOperator, '!='>, number>> = {
  or: 1,
  and: 2,
  '=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  mod: 6,
};
const notBinds = 3;
const alone = 9;

function write(writer: Writer, expression: ForeignExpression): Written {
  switch (expression.kind) {
    case 'value':
      return { text: literal(expression.value), binds: alone };
    case 'name':
      return { text: writeName(writer, expression.name), binds: alone };
    case 'negative':
      return { text: `(- ${enclosed(write(writer, expression.operand), alone)})`, binds: alone };
    case 'call':
      return writeCall(writer, expression);
    case 'binary':
      return writeBinary(writer, expression);
    default:
      return unreachable(expression);
  }
}

function writeName(writer: Writer, name: string): string {
  const named = writer.resolve(name);
  switch (named.kind) {
    case 'question':
      return named.id;
    case 'variable':
      return named.name;
    case 'text':
      return literal(named.text);
    case 'several':
      throw new Untranslatable(
        `compares «${name}», which has several answers, as a whole: only selected() can be asked of it`,
      );
    case 'fault':
      throw new Untranslatable(named.detail);
  }
}

function writeBinary(writer: Writer, expression: ForeignExpression & { kind: 'binary' }): Written {
  const { operator, left, right } = expression;
  if (operator === '=' || operator === '!=') {
    const asked = isEmptyText(right) ? left : isEmptyText(left) ? right : null;
    if (asked !== null) return operator === '=' ? not(given(writer, asked)) : given(writer, asked);
  }
  if (operator === '!=') return not(writeBinary(writer, { ...expression, operator: '=' }));
  const binds = bindings[operator];
  const before = enclosed(write(writer, left), binds === 4 ? 5 : binds);
  const after = enclosed(write(writer, right), binds + 1);
  return { text: `${before} ${operator} ${after}`, binds };
}

/** Whether there is a value at all: every comparison with null is false, also that with itself. */
function given(writer: Writer, expression: ForeignExpression): Written {
  if (expression.kind !== 'name') throw new Untranslatable('compares something with an empty text');
  const named = writer.resolve(expression.name);
  if (named.kind === 'several') {
    const [first, ...others] = [...named.ids.values()].map((id): Written => ({
      text: `${id} = ${id}`,
      binds: 4,
    }));
    if (first === undefined) throw new Untranslatable('asks for answers of a question that has none');
    return others.reduce((all, each) => ({ text: `${all.text} or ${each.text}`, binds: bindings.or }), first);
  }
  const name = writeName(writer, expression.name);
  const isThere = { text: `${name} = ${name}`, binds: bindings['='] };
  if (named.kind === 'question') return isThere;
  return { text: `${isThere.text} and not (${name} = '')`, binds: bindings.and };
}

function isEmptyText(expression: ForeignExpression): boolean {
  return expression.kind === 'value' && expression.value === '';
}

function not(operand: Written): Written {
  return { text: `not (${operand.text})`, binds: notBinds };
}

type Call = ForeignExpression & { kind: 'call' };

function writeCall(writer: Writer, call: Call): Written {
  const rewritten = rewrite(writer, call);
  if (rewritten !== null) return write(writer, rewritten);
  const [first, second, third] = call.args;
  const count = call.args.length;
  if (call.name === 'not' && first && count === 1) return not(write(writer, first));
  if (call.name === 'selected' && first && second && count === 2) return selected(writer, first, second);
  if (call.name === 'if' && first && second && third && count === 3)
    return hoist(writer, { condition: first, then: second, otherwise: third });
  throw new Untranslatable(`uses «${call.name}()», which a phone call has no means for`);
}

/** Functions that say the same as other expressions. */
function rewrite(writer: Writer, { name, args }: Call): ForeignExpression | null {
  const [first, second] = args;
  if (first === undefined) return name === 'true' || name === 'false' ? value(name === 'true') : null;
  if (args.length === 1) {
    if (['string', 'number', 'once', 'boolean-from-string', 'value'].includes(name)) return first;
    if (name === 'has_text') return binary('!=', first, value(''));
    if (name === 'count-selected') return countSelected(writer, first);
  }
  if (name === 'and' || name === 'or') return args.reduce((all, each) => binary(name, all, each));
  if (name === 'sum') return args.reduce((all, each) => binary('+', all, each));
  if (second === undefined || args.length !== 2) return null;
  if (name === 'coalesce')
    return { kind: 'call', name: 'if', args: [binary('!=', first, value('')), first, second] };
  const operator = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  return operator === undefined ? null : binary(operator, first, second);
}

const comparisons: Readonly<Record<string, ForeignOperator>> = {
  has_number_eq: '=',
  has_number_gt: '>',
  has_number_gte: '>=',
  has_number_lt: '<',
  has_number_lte: '<=',
  has_only_text: '=',
  has_only_phrase: '=',
};

function countSelected(writer: Writer, of: ForeignExpression): ForeignExpression | null {
  const named = of.kind === 'name' ? writer.resolve(of.name) : null;
  if (named?.kind !== 'several') return null;
  return [...named.ids.keys()]
    .map((each): ForeignExpression => {
      const isSelected: ForeignExpression = { kind: 'call', name: 'selected', args: [of, value(each)] };
      return { kind: 'call', name: 'if', args: [isSelected, value(1), value(0)] };
    })
    .reduce((all, each) => binary('+', all, each));
}

function selected(writer: Writer, of: ForeignExpression, wanted: ForeignExpression): Written {
  if (of.kind !== 'name') throw new Untranslatable('asks selected() of something that is no question');
  const named = writer.resolve(of.name);
  if (named.kind !== 'several')
    return { text: `selected(${writeName(writer, of.name)}, ${write(writer, wanted).text})`, binds: alone };
  const id = wanted.kind === 'value' ? named.ids.get(String(wanted.value)) : undefined;
  if (id === undefined) throw new Untranslatable(`asks for a choice that «${of.name}» does not have`);
  return { text: `${id} = ${literal(named.yes)}`, binds: bindings['='] };
}

function hoist(
  writer: Writer,
  parts: { condition: ForeignExpression; then: ForeignExpression; otherwise: ForeignExpression },
): Written {
  const condition = write(writer, parts.condition).text;
  const then = write(writer, parts.then).text;
  const otherwise = write(writer, parts.otherwise).text;
  const variable = writer.newVariable();
  writer.hoisted.push({ variable, condition, then, otherwise });
  return { text: variable, binds: alone };
}

function binary(
  operator: ForeignOperator,
  left: ForeignExpression,
  right: ForeignExpression,
): ForeignExpression {
  return { kind: 'binary', operator, left, right };
}

function value(of: string | number | boolean): ForeignExpression {
  return { kind: 'value', value: of };
}

function enclosed({ text, binds }: Written, least: number): string {
  return binds < least ? `(${text})` : text;
}

function literal(of: string | number | boolean): string {
  if (typeof of === 'string') return `'${of.replaceAll("'", "''")}'`;
  const text = String(of);
  if (typeof of === 'number' && !/^\d{1,15}(\.\d{1,6})?$/.test(text))
    throw new Untranslatable(`has a number that is too long: ${text}`);
  return text;
}
