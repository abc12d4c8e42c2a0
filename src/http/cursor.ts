import { z } from '@hono/zod-openapi';

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

/**
 * A cursor is opaque to those who use it: the id that the page before ended with, in base64url. What is not the cursor of such an id is
 * refused, rather than listing from an arbitrary place.
 */
export function cursorParameter<T extends string>(isIdOf: (text: string) => text is T) {
  return z
    .string()
    .refine((text) => isIdOf(decode(text)) && encodeCursor(decode(text)) === text, {
      error: 'is not a cursor that this list has given',
    })
    .transform((text) => decode(text) as T)
    .optional()
    .openapi({ type: 'string', description: 'The `next_cursor` of the page before.' });
}

export function encodeCursor(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64url');
}

function decode(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}

/** A page of a list, made from one row more than was asked for: whether that row exists tells whether there is a next page. */
export function pageOf<T>(
  rows: readonly T[],
  page: { limit: number; idOf: (row: T) => string },
): { data: T[]; next_cursor: string | null } {
  const data = rows.slice(0, page.limit);
  const last = data.at(-1);
  return {
    data,
    next_cursor: rows.length > page.limit && last !== undefined ? encodeCursor(page.idOf(last)) : null,
  };
}
