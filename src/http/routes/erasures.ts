import { z } from '@hono/zod-openapi';
import { isId, type ErasureId } from '../../domain/ids.ts';
import { plainText } from '../../domain/plain-text.ts';
import { viewErasure } from '../../domain/privacy/erasure.ts';
import type { ErasureUseCases } from '../../workflows/erasure-use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { erasureSchema } from '../erasure-schema.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

/** Forgetting people. Nothing shows a number: who was erased is a keyed hash, which nobody is told. */
export function addErasureRoutes(table: RouteTable, useCases: ErasureUseCases): void {
  addRequestErasure(table, useCases);
  addListErasures(table, useCases);
  addReadErasure(table, useCases);
}

const tag = 'Erasures';

const erasureRequest = z
  .strictObject({ to: plainText({ max: 20 }).openapi({ example: '+919876543210' }) })
  .meta({ id: 'ErasureRequest' });

function addRequestErasure(table: RouteTable, useCases: ErasureUseCases): void {
  table.add(
    {
      method: 'post',
      path: '/v1/erasures',
      operationId: 'eraseSomebody',
      tag,
      summary: 'Erase somebody',
      description:
        'What is on record of the person of this number goes. Their open calls end as `cancelled`, also one that talks; calls, attempts and events lose reference, variables, responses, people, metadata and number; recordings, voice messages, opt-ins and requests to be called are removed. Opt-outs stay in force, as a keyed hash. What campaigns count stays. What comes later is a new beginning. Asking again is an erasure of its own, which reaches what came in between.',
      scope: 'admin',
      query: z.object({}),
      body: { schema: erasureRequest, presence: 'required' },
      needsIdempotencyKey: false,
      replies: { 202: { description: 'It is on record, and will be done.', schema: erasureSchema } },
    },
    async ({ c, body, principal }) => {
      const requested = await useCases.requestErasure({ to: body.to, by: principal.owner });
      if (requested.result === 'invalid') throw invalidRequest(requested.faults);
      return c.json(viewErasure(requested.erasure), 202);
    },
  );
}

const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is ErasureId => isId('era', text)),
});

function addListErasures(table: RouteTable, useCases: ErasureUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/erasures',
      operationId: 'listErasures',
      tag,
      summary: 'List erasures',
      description: 'Who asked for each, and when. They stay on record.',
      scope: 'admin',
      query: listQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'A page of erasures.', schema: listSchema(erasureSchema, 'newest first') },
      },
    },
    async ({ c, query: { limit, cursor } }) => {
      const found = await useCases.listErasures({ before: cursor ?? null, limit: limit + 1 });
      const page = pageOf(found, { limit, idOf: ({ id }) => id });
      return c.json({ ...page, data: page.data.map(viewErasure) });
    },
  );
}

function addReadErasure(table: RouteTable, useCases: ErasureUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/erasures/{id}',
      operationId: 'readErasure',
      tag,
      summary: 'Read an erasure',
      description:
        'Whether it is done, and when. One that was done is pending again where something older of the person comes late, such as a missed call that an Asterisk wrote down while it could not be reached.',
      pathParameters: { id: 'The id of the erasure.' },
      scope: 'admin',
      query: z.object({}),
      body: null,
      needsIdempotencyKey: false,
      replies: { 200: { description: 'The erasure.', schema: erasureSchema } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const erasure = await useCases.readErasure(pathId('era', c.req.param('id')));
      if (erasure === null) throw notFound('erasure');
      return c.json(viewErasure(erasure));
    },
  );
}
