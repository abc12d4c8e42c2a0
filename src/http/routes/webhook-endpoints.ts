import { z } from '@hono/zod-openapi';
import { isId, type EndpointId } from '../../domain/ids.ts';
import type {
  ChangeWebhookEndpoint,
  NewWebhookEndpoint,
  WebhookUseCases,
} from '../../workflows/webhook-use-cases.ts';
import { may, scopeMissing } from '../authorise.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import {
  createdEndpointSchema,
  endpointChangeSchema,
  endpointSchema,
  endpointTestSchema,
  newEndpointSchema,
  presentEndpoint,
} from '../webhook-endpoint-schema.ts';

type EndpointUseCases = Pick<
  WebhookUseCases,
  | 'createWebhookEndpoint'
  | 'listWebhookEndpoints'
  | 'readWebhookEndpoint'
  | 'changeWebhookEndpoint'
  | 'deleteWebhookEndpoint'
  | 'testWebhookEndpoint'
>;

export function addWebhookEndpointRoutes(table: RouteTable, useCases: EndpointUseCases): void {
  addCreateEndpoint(table, useCases);
  addListEndpoints(table, useCases);
  addReadEndpoint(table, useCases);
  addChangeEndpoint(table, useCases);
  addDeleteEndpoint(table, useCases);
  addTestEndpoint(table, useCases);
}

export const ofEndpoints = {
  tag: 'Webhook endpoints',
  scope: 'webhooks:write',
  query: z.object({}),
  body: null,
  needsIdempotencyKey: false,
} as const;
export const ofOneEndpoint = {
  ...ofEndpoints,
  pathParameters: { id: 'The id of the endpoint.' },
  problems: ['not_found'],
} as const;

function addCreateEndpoint(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofEndpoints,
      method: 'post',
      path: '/v1/webhook-endpoints',
      operationId: 'createWebhookEndpoint',
      summary: 'Have events sent to a URL',
      description: 'Sends nothing by itself.',
      body: { schema: newEndpointSchema, presence: 'required' },
      replies: {
        201: {
          description: 'The endpoint, with its secret.',
          schema: createdEndpointSchema,
          headers: { Location: 'Where the endpoint can be read.' },
        },
      },
    },
    async ({ c, principal, body }) => {
      if (body.numbers === 'clear' && !may(principal, 'numbers:read')) throw scopeMissing('numbers:read');
      const created = await useCases.createWebhookEndpoint(endpointOf(body));
      if (created.result === 'invalid') throw invalidRequest(created.faults);
      const { endpoint, secret } = created;
      return c.json({ ...presentEndpoint(endpoint), secret }, 201, {
        Location: `/v1/webhook-endpoints/${endpoint.id}`,
      });
    },
  );
}

function endpointOf(body: z.output<typeof newEndpointSchema>): NewWebhookEndpoint {
  return {
    url: body.url,
    eventTypes: body.event_types ?? null,
    numbers: body.numbers ?? 'masked',
    description: body.description ?? null,
  };
}

const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is EndpointId => isId('whe', text)),
});

function addListEndpoints(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofEndpoints,
      method: 'get',
      path: '/v1/webhook-endpoints',
      operationId: 'listWebhookEndpoints',
      summary: 'List webhook endpoints',
      query: listQuery,
      replies: {
        200: {
          description: 'A page of endpoints, newest first.',
          schema: listSchema(endpointSchema, 'newest first'),
        },
      },
    },
    async ({ c, query }) => {
      const endpoints = await useCases.listWebhookEndpoints({
        after: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const page = pageOf(endpoints, { limit: query.limit, idOf: ({ id }) => id });
      return c.json({ ...page, data: page.data.map(presentEndpoint) });
    },
  );
}

function addReadEndpoint(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'get',
      path: '/v1/webhook-endpoints/{id}',
      operationId: 'readWebhookEndpoint',
      summary: 'Read a webhook endpoint',
      replies: { 200: { description: 'The endpoint, without its secret.', schema: endpointSchema } },
    },
    async ({ c }) => {
      const endpoint = await useCases.readWebhookEndpoint(pathId('whe', c.req.param('id')));
      if (endpoint === null) throw notFound('webhook endpoint');
      return c.json(presentEndpoint(endpoint));
    },
  );
}

function addChangeEndpoint(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'patch',
      path: '/v1/webhook-endpoints/{id}',
      operationId: 'changeWebhookEndpoint',
      summary: 'Change a webhook endpoint',
      description: 'What is left out stays as it is. Enables one that was disabled, too.',
      body: { schema: endpointChangeSchema, presence: 'required' },
      replies: { 200: { description: 'The endpoint as it is now.', schema: endpointSchema } },
    },
    async ({ c, principal, body }) => {
      const changed = await useCases.changeWebhookEndpoint({
        id: pathId('whe', c.req.param('id')),
        changes: changesOf(body),
        mayShowNumbers: may(principal, 'numbers:read'),
      });
      switch (changed.result) {
        case 'changed':
          return c.json(presentEndpoint(changed.endpoint));
        case 'invalid':
          throw invalidRequest(changed.faults);
        case 'not_allowed':
          throw scopeMissing('numbers:read');
        case 'not_found':
          throw notFound('webhook endpoint');
      }
    },
  );
}

function changesOf(body: z.output<typeof endpointChangeSchema>): ChangeWebhookEndpoint['changes'] {
  return {
    ...(body.url === undefined ? {} : { url: body.url }),
    ...(body.event_types === undefined ? {} : { eventTypes: body.event_types }),
    ...(body.numbers === undefined ? {} : { numbers: body.numbers }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.enabled === undefined ? {} : { enabled: body.enabled }),
  };
}

function addDeleteEndpoint(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'delete',
      path: '/v1/webhook-endpoints/{id}',
      operationId: 'deleteWebhookEndpoint',
      summary: 'Delete a webhook endpoint',
      replies: { 204: { description: 'Nothing is sent there any more.' } },
    },
    async ({ c }) => {
      const deleted = await useCases.deleteWebhookEndpoint(pathId('whe', c.req.param('id')));
      if (deleted === 'not_found') throw notFound('webhook endpoint');
      return c.body(null, 204);
    },
  );
}

function addTestEndpoint(table: RouteTable, useCases: EndpointUseCases): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/test',
      operationId: 'testWebhookEndpoint',
      summary: 'Send a test event',
      description: 'Sends a signed `webhook_endpoint.test` at once, once, and says what came back.',
      replies: { 200: { description: 'What came back.', schema: endpointTestSchema } },
    },
    async ({ c }) => {
      const test = await useCases.testWebhookEndpoint(pathId('whe', c.req.param('id')));
      if (test === null) throw notFound('webhook endpoint');
      return c.json({ delivered: test.delivered, detail: test.detail });
    },
  );
}
