import type { z } from 'zod';
import { joinWithOr } from '../lib/join-with-or.ts';
import { suggestionFrom } from './suggest.ts';
import { pointerTo } from './pointer-to.ts';
import { knownFields } from './known-fields.ts';
import type { Fault } from './fault.ts';

type Issue = z.core.$ZodIssue;

/** Where fields at fault are listed, no more than this many are. */
export const mostFaults = 100;
/** How zod begins what it says where the author of a schema gave no words. */
const wordsOfNobody = /^(Invalid input|Too big|Too small)/;

const nounOf: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be an RFC 3339 instant, such as 2026-01-31T09:00:00Z',
  date: 'must be a date, such as 2026-01-31',
  url: 'must be a URL',
};

/**
 * zod's issues as sentences that point at fields, the first so many of them. `input` is what was validated: it tells a missing field
 * from a wrong one. By `schema` a field that is misspelt is told which it was meant to be.
 */
export function explainIssues(
  issues: readonly Issue[],
  { input, schema }: { input: unknown; schema: z.core.$ZodType | null },
): Fault[] {
  return issues.slice(0, mostFaults).flatMap((issue) => explainIssue(issue, { path: [], input, schema }));
}

interface Within {
  path: readonly PropertyKey[];
  input: unknown;
  /** What the input was validated by; null where nobody knows. */
  schema: z.core.$ZodType | null;
}

function explainIssue(issue: Issue, within: Within): Fault[] {
  const path = [...within.path, ...issue.path];
  const fault = (detail: string): Fault[] => [{ pointer: pointerTo(...path), detail }];
  const isWorded = !wordsOfNobody.test(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return fault(
        describeWrongType(nounOf[issue.expected] ?? `a ${issue.expected}`, valueAt(within.input, path)),
      );
    case 'unrecognized_keys':
      return issue.keys.slice(0, mostFaults).map((key) => ({
        pointer: pointerTo(...path, key),
        detail: 'is not a known field',
        ...suggestionFrom(within.schema === null ? [] : knownFields(within.schema, path), key),
      }));
    case 'invalid_value':
      return explainChoice(issue.values, { path, value: valueAt(within.input, path) });
    case 'too_big':
      return fault(isWorded ? issue.message : `must ${most(issue)}`);
    case 'too_small':
      return fault(isWorded ? issue.message : `must ${least(issue)}`);
    case 'invalid_format':
      return fault(formats[issue.format] ?? issue.message);
    case 'invalid_union':
      // The field that says which of several objects this is has a value that none of them has.
      if ('options' in issue)
        return explainChoice(issue.options, { path, value: valueAt(within.input, path) });
      return isWorded ? fault(issue.message) : explainUnion(issue, { ...within, path });
    case 'invalid_key':
      return fault(
        `the name ${explainIssues(issue.issues, { input: undefined, schema: null })[0]?.detail ?? 'is not usable'}`,
      );
    case 'invalid_element':
      return issue.issues.flatMap((inner) => explainIssue(inner, { ...within, path }));
    case 'not_multiple_of':
      return fault(`must be a multiple of ${issue.divisor}`);
    case 'custom':
      return fault(issue.message);
  }
}

/**
 * A value that fits none of several forms. Where it is of the right kind for one of them, what is wrong with it there is what the
 * asker wants to know; else which kinds there are.
 */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, within: Within): Fault[] {
  const isWrongKind = (branch: readonly Issue[]): boolean =>
    branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type');
  const fitting = issue.errors.filter((branch) => branch.length > 0 && !isWrongKind(branch));
  const nearest = fitting.toSorted((a, b) => a.length - b.length)[0];
  if (nearest) return nearest.flatMap((inner) => explainIssue(inner, within));
  return [
    { pointer: pointerTo(...within.path), detail: describeForms(issue, valueAt(within.input, within.path)) },
  ];
}

function describeForms(issue: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const kinds = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []));
  if (kinds.length > 0)
    return describeWrongType(
      joinWithOr([...new Set(kinds.map((kind) => nounOf[kind] ?? `a ${kind}`))]),
      value,
    );
  return value === undefined ? 'is required' : 'is none of the values that are possible here';
}

function describeWrongType(noun: string, value: unknown): string {
  if (value === undefined) return 'is required';
  // A number is at fault only where a whole one is wanted: «not a number» would be untrue of it.
  return `must be ${noun}, not ${typeof value === 'number' && noun === nounOf['int'] ? value : kindOf(value)}`;
}

function explainChoice(
  values: readonly unknown[],
  { path, value }: { path: readonly PropertyKey[]; value: unknown },
): Fault[] {
  const names = values.filter((choice) => typeof choice === 'string');
  const meant = typeof value === 'string' ? suggestionFrom(names, value) : {};
  return [{ pointer: pointerTo(...path), detail: describeChoices(values, value), ...meant }];
}

function describeChoices(values: readonly unknown[], value: unknown): string {
  if (value === undefined) return 'is required';
  const names = values.map((choice) => String(choice));
  return names.length === 1 ? `must be ${names.join('')}` : `must be one of ${names.join(', ')}`;
}

function most({ origin, maximum, inclusive }: z.core.$ZodIssueTooBig): string {
  return inclusive === false ? `be less than ${maximum}` : bound(origin, 'at most', maximum);
}

function least({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  return inclusive === false ? `be more than ${minimum}` : bound(origin, 'at least', minimum);
}

function bound(origin: string, limit: 'at most' | 'at least', count: number | bigint): string {
  if (origin === 'string') return `have ${limit} ${count} ${count === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set')
    return `have ${limit} ${count} ${count === 1 ? 'entry' : 'entries'}`;
  return `be ${limit} ${count}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return nounOf[typeof value] ?? typeof value;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
