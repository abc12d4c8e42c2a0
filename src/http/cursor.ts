import { z } from '@hono/zod-openapi';
import { decodeCursor } from '../lib/page-of.ts';

export const defaultLimit = 50;
export const largestLimit = 200;

/** Query parameters of every list. */
export const limitParameter = z
  .string()
  .refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= largestLimit, {
    error: `must be a whole number from 1 to ${largestLimit}`,
  })
  .transform(Number)
  .default(defaultLimit)
  .openapi({ type: 'integer', minimum: 1, maximum: largestLimit, default: defaultLimit });

/** What is not the cursor of such an id is refused, rather than listing from an arbitrary place. */
export function cursorParameter<T extends string>(isIdOf: (text: string) => text is T) {
  return z
    .string()
    .refine((text) => decodeCursor(text, isIdOf) !== null, {
      error: 'is not a cursor that this list has given',
    })
    .transform((text) => decodeCursor(text, isIdOf) ?? undefined)
    .optional()
    .openapi({ type: 'string', description: 'The `next_cursor` of the page before.' });
}
