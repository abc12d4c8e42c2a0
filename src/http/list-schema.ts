import { z } from '@hono/zod-openapi';

/** A page of a list. */
export function listSchema<T extends z.ZodType>(
  item: T,
  order: 'newest first' | 'oldest first' | 'by id' | 'by number',
) {
  return z.strictObject({
    data: z.array(item).openapi({ description: order }),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'For `cursor` of the next page; null on the last.' }),
  });
}
