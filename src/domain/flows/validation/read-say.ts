import type { z } from 'zod';
import { maxSayItems, promptId, sayItemKinds } from '../../prompts/say.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { explainShape } from './explain-shape.ts';
import { suggestionFrom } from '../../suggest.ts';

/** For whoever has written nothing that can be said. */
export const whatToSay =
  'Write { "text": { "en": "…" } }, with a text for each language of the flow, or the id of a prompt.';

/** Fields under which something is said. */
const kinds = Object.keys(sayItemKinds);

/**
 * What is wrong with the form of what is to be said. A union of schemas would only say that nothing fits; here each item is judged as
 * what it was meant to be.
 */
export function sayShapeFaults(value: unknown, path: readonly PropertyKey[]): MendableFault[] {
  if (!Array.isArray(value)) return itemFaults(value, path);
  const pointer = pointerTo(...path);
  if (value.length === 0) return [{ pointer, detail: 'must not be an empty list', suggestion: whatToSay }];
  if (value.length > maxSayItems)
    return [
      {
        pointer,
        detail: `must have at most ${maxSayItems} items`,
        suggestion: `Put the last ${value.length - maxSayItems} into a message step behind this one, or join texts.`,
      },
    ];
  return value.flatMap((item: unknown, index) => itemFaults(item, [...path, index]));
}

function itemFaults(item: unknown, path: readonly PropertyKey[]): MendableFault[] {
  if (typeof item === 'string') return schemaFaults(promptId, item, path);
  const pointer = pointerTo(...path);
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return [
      {
        pointer,
        detail: `must be the id of a prompt, or an object with one of: ${kinds.join(', ')}`,
        suggestion: whatToSay,
      },
    ];
  }
  const kind = kinds.find((each) => Object.hasOwn(item, each));
  if (kind !== undefined) return schemaFaults(sayItemKinds[kind as keyof typeof sayItemKinds], item, path);
  const [written = ''] = Object.keys(item);
  return [
    {
      pointer,
      detail: `must have one of these fields: ${kinds.join(', ')}`,
      suggestion: whatToSay,
      ...suggestionFrom(kinds, written),
    },
  ];
}

function schemaFaults(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): MendableFault[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explainShape(parsed.error.issues, { path, value, schema });
}
