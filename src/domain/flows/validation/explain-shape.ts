import type { z } from 'zod';
import { knownFields } from '../../known-fields.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';
import { suggestForm } from './suggest-form.ts';

type Issue = z.core.$ZodIssue;

/** What was read: where in the document it stands, the value itself, and the schema that it was read by. */
export interface Shape {
  path: readonly PropertyKey[];
  value: unknown;
  schema: z.core.$ZodType;
}

/** What a schema has against a value, one fault for each thing that is wrong. */
export function explainShape(issues: readonly Issue[], shape: Shape): MendableFault[] {
  return issues.flatMap((issue) => explain(issue, shape));
}

/** The value at a path within another; undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function explain(issue: Issue, shape: Shape): MendableFault[] {
  const pointer = pointerTo(...shape.path, ...issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, { pointer, issue, shape }));
    case 'invalid_union':
      return explainUnion(issue, shape);
    case 'invalid_key':
      return [
        {
          pointer,
          detail: `has a name that is not allowed here: it ${detailOf(issue.issues[0] ?? issue, undefined)}`,
          suggestion: suggestForm(issue.issues[0] ?? issue, issue.path.at(-1), null),
        },
      ];
    default:
      return [formFault(issue, shape, pointer)];
  }
}

function formFault(issue: Issue, shape: Shape, pointer: string): MendableFault {
  const value = valueAt(shape.value, issue.path);
  return {
    pointer,
    detail: detailOf(issue, value),
    suggestion: suggestForm(issue, value, fieldAt(shape, issue)),
  };
}

function unknownField(key: string, at: { pointer: string; issue: Issue; shape: Shape }): MendableFault {
  const known = knownFields(at.shape.schema, at.issue.path);
  if (at.pointer.endsWith('/options'))
    return {
      pointer: `${at.pointer}${pointerTo(key)}`,
      detail: 'must be one key of a phone: 0 to 9, * or #',
      suggestion:
        'Use a key that is free. To have several digits typed, make it a step of the type «digits».',
    };
  return {
    pointer: `${at.pointer}${pointerTo(key)}`,
    detail: 'is no field that is known here',
    suggestion: known.length === 0 ? 'Take it out.' : `Take it out, or use ${oneOf(known)}.`,
    ...suggestionFrom(known, key),
  };
}

/** Null for an entry of a list and for the whole document. */
function fieldAt(shape: Shape, issue: Issue): string | null {
  const name = [...shape.path, ...issue.path].at(-1);
  return typeof name === 'string' ? name : null;
}

/** Of all that the value might have been, that which it comes nearest to. */
function explainUnion(issue: Issue & { code: 'invalid_union' }, shape: Shape): MendableFault[] {
  const path = [...shape.path, ...issue.path];
  const value = valueAt(shape.value, issue.path);
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((each) => each.path.length));
  const [nearest] = issue.errors.toSorted(
    (one, other) => depth(other) - depth(one) || one.length - other.length,
  );
  const pointer = pointerTo(...path);
  if (value === undefined)
    return [{ pointer, detail: 'must be given', suggestion: `Add "${String(path.at(-1) ?? '')}".` }];
  if (nearest === undefined || nearest.length === 0)
    return [
      { pointer, detail: 'has a form that is not known here', suggestion: 'Look it up in the API document.' },
    ];
  return explainShape(
    nearest.map((each) => ({ ...each, path: [...issue.path, ...each.path] })),
    shape,
  );
}

function detailOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? `must be given, as ${nounOf(issue.expected)}`
        : `must be ${nounOf(issue.expected)}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_format':
    case 'custom':
      return issue.message;
    default:
      return `is not right: ${issue.message}`;
  }
}

function boundOf(origin: string, limit: string, count: number | bigint): string {
  const isOne = Number(count) === 1;
  if (origin === 'string') return `have ${limit} ${count} ${isOne ? 'character' : 'characters'}`;
  return origin === 'array'
    ? `have ${limit} ${count} ${isOne ? 'entry' : 'entries'}`
    : `be ${limit} ${count}`;
}

function nounOf(expected: string): string {
  const nouns: Readonly<Record<string, string>> = {
    string: 'a text',
    int: 'a whole number',
    array: 'a list',
    tuple: 'a list',
    object: 'an object',
    record: 'an object',
    boolean: 'true or false',
  };
  return nouns[expected] ?? `a ${expected}`;
}
