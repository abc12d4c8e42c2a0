import { z } from '@hono/zod-openapi';

export const erasureSchema = z
  .strictObject({
    id: z.string().openapi({ example: 'era_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    state: z.enum(['pending', 'done']).openapi({
      description:
        'Done within a minute, unless it waits: for a phone that cannot be proven to be silent yet, or for an Asterisk that cannot be asked.',
    }),
    requested_at: z.iso.datetime(),
    requested_by: z.string().openapi({ description: 'The owner of the API key.' }),
    done_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Erasure' });
