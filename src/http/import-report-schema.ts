import { z } from '@hono/zod-openapi';

/** What became of the rows of a file, whatever they are rows of. */
export const importReportSchema = z
  .strictObject({
    accepted: z.int(),
    already_there: z.int(),
    rejected: z.int(),
    errors: z
      .array(z.strictObject({ line: z.int(), pointer: z.string(), detail: z.string() }))
      .openapi({ description: 'At most the first 1000.' }),
  })
  .meta({ id: 'ImportReport' });
