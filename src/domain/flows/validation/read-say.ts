import type { z } from 'zod';
import { maxSayItems, promptId, sayItemKinds } from '../../prompts/say.ts';
import { pointerTo, type FlowFault } from '../fault.ts';
import { explainShape } from './explain-shape.ts';
import { suggestionFrom } from './suggest.ts';

/** Fields under which something is said. */
const kinds = Object.keys(sayItemKinds);

/**
 * What is wrong with the form of what is to be said. A union of schemas would only say that nothing fits; here each item is judged as
 * what it was meant to be.
 */
export function sayShapeFaults(value: unknown, path: readonly PropertyKey[]): FlowFault[] {
  if (!Array.isArray(value)) return itemFaults(value, path);
  const pointer = pointerTo(...path);
  if (value.length === 0) return [{ pointer, detail: 'must not be an empty list' }];
  if (value.length > maxSayItems) return [{ pointer, detail: `must have at most ${maxSayItems} items` }];
  return value.flatMap((item: unknown, index) => itemFaults(item, [...path, index]));
}

function itemFaults(item: unknown, path: readonly PropertyKey[]): FlowFault[] {
  if (typeof item === 'string') return schemaFaults(promptId, item, path);
  const pointer = pointerTo(...path);
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return [{ pointer, detail: `must be the id of a prompt, or an object with one of: ${kinds.join(', ')}` }];
  }
  const kind = kinds.find((each) => Object.hasOwn(item, each));
  if (kind !== undefined) return schemaFaults(sayItemKinds[kind as keyof typeof sayItemKinds], item, path);
  const [written = ''] = Object.keys(item);
  return [
    {
      pointer,
      detail: `must have one of these fields: ${kinds.join(', ')}`,
      ...suggestionFrom(kinds, written),
    },
  ];
}

function schemaFaults(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): FlowFault[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explainShape(parsed.error.issues, { path, value, schema });
}
