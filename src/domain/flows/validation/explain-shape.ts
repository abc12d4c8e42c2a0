import type { z } from 'zod';
import { knownFields } from '../../known-fields.ts';
import { pointerTo, type FlowFault } from '../fault.ts';
import { suggestionFrom } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What was read: where in the document it stands, the value itself, and the schema that it was read by. */
export interface Shape {
  path: readonly PropertyKey[];
  value: unknown;
  schema: z.core.$ZodType;
}

/** What a schema has against a value, one fault for each thing that is wrong. */
export function explainShape(issues: readonly Issue[], shape: Shape): FlowFault[] {
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

function explain(issue: Issue, shape: Shape): FlowFault[] {
  const pointer = pointerTo(...shape.path, ...issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        pointer: `${pointer}${pointerTo(key)}`,
        detail: 'is no field that is known here',
        ...suggestionFrom(knownFields(shape.schema, issue.path), key),
      }));
    case 'invalid_union':
      return explainUnion(issue, shape);
    case 'invalid_key':
      return [
        {
          pointer,
          detail: `has a name that is not allowed here: it ${detailOf(issue.issues[0] ?? issue, undefined)}`,
        },
      ];
    default:
      return [{ pointer, detail: detailOf(issue, valueAt(shape.value, issue.path)) }];
  }
}

/** Of all that the value might have been, that which it comes nearest to. */
function explainUnion(issue: Issue & { code: 'invalid_union' }, shape: Shape): FlowFault[] {
  const path = [...shape.path, ...issue.path];
  const value = valueAt(shape.value, issue.path);
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((each) => each.path.length));
  const [nearest] = issue.errors.toSorted(
    (one, other) => depth(other) - depth(one) || one.length - other.length,
  );
  if (value === undefined) return [{ pointer: pointerTo(...path), detail: 'must be given' }];
  if (nearest === undefined || nearest.length === 0)
    return [{ pointer: pointerTo(...path), detail: 'has a form that is not known here' }];
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
