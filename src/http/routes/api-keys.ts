import { z } from '@hono/zod-openapi';
import { isId, type ApiKeyId } from '../../domain/ids.ts';
import { parseDurationMs } from '../../lib/duration.ts';
import type { ApiKeyUseCases } from '../../workflows/api-key-use-cases.ts';
import {
  apiKeyRotationSchema,
  apiKeySchema,
  newApiKeySchema,
  presentApiKey,
  toldApiKeySchema,
} from '../api-key-schema.ts';
import { scopeMissing } from '../authorise.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { invalidRequest, notFound, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

/** Who may use the API, and for what. */
export function addApiKeyRoutes(table: RouteTable, useCases: ApiKeyUseCases): void {
  addCreate(table, useCases);
  addList(table, useCases);
  addRead(table, useCases);
  addRotate(table, useCases);
  addRevoke(table, useCases);
}

const ofKeys = {
  tag: 'API keys',
  scope: 'admin',
  query: z.object({}),
  body: null,
  needsIdempotencyKey: false,
} as const;
const ofOneKey = {
  ...ofKeys,
  pathParameters: { id: 'The id of the API key.' },
  problems: ['not_found'],
} as const;

function addCreate(table: RouteTable, useCases: ApiKeyUseCases): void {
  table.add(
    {
      ...ofKeys,
      method: 'post',
      path: '/v1/api-keys',
      operationId: 'createApiKey',
      summary: 'Make an API key',
      description: 'For one program or desk each, with the scopes that it needs.',
      body: { schema: newApiKeySchema, presence: 'required' },
      replies: {
        201: {
          description: 'The API key, with the key itself.',
          schema: toldApiKeySchema,
          headers: { Location: 'Where it can be read.' },
        },
      },
    },
    async ({ c, principal, body }) => {
      const created = await useCases.createApiKey({
        ...{ by: principal, name: body.name, owner: body.owner ?? null, scopes: body.scopes },
        expiresAt: body.expires_at ?? null,
      });
      switch (created.result) {
        case 'created':
          return c.json({ ...presentApiKey(created.key), key: created.text }, 201, {
            Location: `/v1/api-keys/${created.key.id}`,
          });
        case 'invalid':
          throw invalidRequest(created.faults);
        case 'scope_missing':
          throw scopeMissing(created.scope);
      }
    },
  );
}

const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is ApiKeyId => isId('key', text)),
});

function addList(table: RouteTable, useCases: ApiKeyUseCases): void {
  table.add(
    {
      ...ofKeys,
      method: 'get',
      path: '/v1/api-keys',
      operationId: 'listApiKeys',
      summary: 'List API keys',
      description:
        'Those that were revoked or have expired too. The key of the configuration is none of them.',
      query: listQuery,
      replies: {
        200: {
          description: 'A page of API keys, newest first.',
          schema: listSchema(apiKeySchema, 'newest first'),
        },
      },
    },
    async ({ c, query }) => {
      const keys = await useCases.listApiKeys({ after: query.cursor ?? null, limit: query.limit + 1 });
      const page = pageOf(keys, { limit: query.limit, idOf: ({ id }) => id });
      return c.json({ ...page, data: page.data.map(presentApiKey) });
    },
  );
}

function addRead(table: RouteTable, useCases: ApiKeyUseCases): void {
  table.add(
    {
      ...ofOneKey,
      method: 'get',
      path: '/v1/api-keys/{id}',
      operationId: 'readApiKey',
      summary: 'Read an API key',
      replies: { 200: { description: 'All that is kept of it, without the key.', schema: apiKeySchema } },
    },
    async ({ c }) => {
      const key = await useCases.readApiKey(pathId('key', c.req.param('id')));
      if (key === null) throw notFound('API key');
      return c.json(presentApiKey(key));
    },
  );
}

function addRotate(table: RouteTable, useCases: ApiKeyUseCases): void {
  table.add(
    {
      ...ofOneKey,
      method: 'post',
      path: '/v1/api-keys/{id}/rotate',
      operationId: 'rotateApiKey',
      summary: 'Replace a key by a new one',
      description:
        'The id, owner and scopes stay. For 24 hours, or as long as `overlap` says, the former key is taken as well. Rotating once more meanwhile refuses it at once.',
      body: { schema: apiKeyRotationSchema, presence: 'optional' },
      replies: { 200: { description: 'The API key, with the new key itself.', schema: toldApiKeySchema } },
      problems: ['not_found', 'api_key_revoked'],
    },
    async ({ c, principal, body }) => {
      const rotated = await useCases.rotateApiKey({
        ...{ id: pathId('key', c.req.param('id')), by: principal.keyId },
        overlapMs: parseDurationMs(body.overlap) ?? 0,
        ...(body.expires_at === undefined ? {} : { expiresAt: body.expires_at }),
      });
      switch (rotated.result) {
        case 'rotated':
          return c.json({ ...presentApiKey(rotated.key), key: rotated.text });
        case 'invalid':
          throw invalidRequest(rotated.faults);
        case 'revoked':
          throw new Problem('api_key_revoked', 'This API key was revoked, for good. Make another one.');
        case 'not_found':
          throw notFound('API key');
      }
    },
  );
}

function addRevoke(table: RouteTable, useCases: ApiKeyUseCases): void {
  table.add(
    {
      ...ofOneKey,
      method: 'delete',
      path: '/v1/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key',
      description:
        'For good, the former key of a rotation too. This gateway refuses it at once, every other one within a second. It stays on record; revoking it again is 404.',
      replies: { 204: { description: 'It is refused from now on.' } },
    },
    async ({ c, principal }) => {
      const id = pathId('key', c.req.param('id'));
      const revoked = await useCases.revokeApiKey({ id, by: principal.keyId });
      if (revoked === 'not_found')
        throw new Problem('not_found', 'There is no API key with this id, or it was revoked before.');
      return c.body(null, 204);
    },
  );
}
