import { z } from '@hono/zod-openapi';
import type { UseCases } from '../../workflows/use-cases.ts';
import type { RouteTable } from '../route-table.ts';

const hostForm = /^[a-z0-9.-]{1,253}(:\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/;

const query = z.object({
  host: z
    .string()
    .refine((text) => hostForm.test(text), {
      error: 'must be a host as URLs have it, in small letters, with its port where it is not the usual one',
    })
    .openapi({ example: 'school.example.org' }),
});

/** For whoever answers `lookup` steps: how to know that it is this gateway that asks. */
export function addLookupSecretRoute(table: RouteTable, useCases: Pick<UseCases, 'lookupSecret'>): void {
  table.add(
    {
      tag: 'Flows',
      scope: 'webhooks:write',
      method: 'get',
      path: '/v1/lookup-secret',
      operationId: 'readLookupSecret',
      summary: 'Read the secret of lookups to a host',
      description:
        'What `lookup` steps ask is signed by Standard Webhooks 1.0.0: the body of a POST; of a GET, which has none, its path with the query. Each host has a secret of its own, always the same.',
      query,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: {
          description: 'The secret.',
          schema: z.strictObject({ host: z.string(), secret: z.string().openapi({ example: 'whsec_…' }) }),
        },
      },
    },
    async ({ c, query: { host } }) => {
      c.header('Cache-Control', 'private, no-store');
      return c.json({ host, secret: await useCases.lookupSecret(host) });
    },
  );
}
