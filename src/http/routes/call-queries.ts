import { z } from '@hono/zod-openapi';
import { campaignId, noSuchCampaign } from '../campaign-id.ts';
import { callSchema, timelineSchema } from '../call-schema.ts';
import { callDirections, callStatuses, outcomes } from '../../domain/calls/call.ts';
import type { TimelineEntry } from '../../domain/calls/call-event.ts';
import { isId, type CallId } from '../../domain/ids.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { instantParameter } from '../instant-parameter.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { presentCall } from '../../workflows/present-call.ts';
import { notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

type CallQueries = Pick<UseCases, 'readCall' | 'listCalls' | 'readTimeline'>;

/** What only looks at calls. */
export function addCallQueryRoutes(table: RouteTable, useCases: CallQueries): void {
  addReadCall(table, useCases);
  addListCalls(table, useCases);
  addReadTimeline(table, useCases);
}

const ofOneCall = {
  tag: 'Calls',
  pathParameters: { id: 'The id of the call.' },
  scope: 'calls:read',
  query: z.object({}),
  body: null,
} as const;

function addReadCall(table: RouteTable, useCases: CallQueries): void {
  table.add(
    {
      ...ofOneCall,
      method: 'get',
      path: '/v1/calls/{id}',
      operationId: 'readCall',
      summary: 'Read a call',
      needsIdempotencyKey: false,
      replies: { 200: { description: 'The call as it is now.', schema: callSchema } },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const call = await useCases.readCall(pathId('call', c.req.param('id')));
      if (call === null) throw notFound('call');
      return c.json(presentCall(call, principal));
    },
  );
}

function addReadTimeline(table: RouteTable, useCases: CallQueries): void {
  table.add(
    {
      ...ofOneCall,
      method: 'get',
      path: '/v1/calls/{id}/timeline',
      operationId: 'readTimeline',
      summary: 'Read what happened in a call',
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'Every event, key press and prompt, in order.', schema: timelineSchema },
      },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const timeline = await useCases.readTimeline(pathId('call', c.req.param('id')));
      if (timeline === null) throw notFound('call');
      return c.json({ data: timeline.map(presentEntry) });
    },
  );
}

function presentEntry(entry: TimelineEntry): Record<string, unknown> {
  const { at, type, attempt, step, key, detail } = entry;
  return { ...detail, at: new Date(at).toISOString(), type, attempt, step, key };
}

const listQuery = z.object({
  status: z.enum(callStatuses).optional(),
  outcome: z.enum(outcomes).optional(),
  campaign_id: campaignId.optional(),
  reference: plainText({ min: 1, max: 200 }).optional(),
  direction: z.enum(callDirections).optional(),
  created_after: instantParameter.optional(),
  limit: limitParameter,
  cursor: cursorParameter((text): text is CallId => isId('call', text)),
});

function addListCalls(table: RouteTable, useCases: CallQueries): void {
  table.add(
    {
      method: 'get',
      path: '/v1/calls',
      operationId: 'listCalls',
      tag: 'Calls',
      summary: 'List calls',
      scope: 'calls:read',
      query: listQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: {
          description: 'A page of calls, newest first.',
          schema: listSchema(callSchema, 'newest first'),
        },
      },
    },
    async ({ c, principal, query }) => {
      const calls = await useCases.listCalls({ ...filterOf(query), limit: query.limit + 1 });
      if (calls === null) throw noSuchCampaign({ parameter: 'campaign_id' });
      const page = pageOf(calls, { limit: query.limit, idOf: ({ view }) => view.id });
      return c.json({ ...page, data: page.data.map((call) => presentCall(call, principal)) });
    },
  );
}

type Filter = Parameters<UseCases['listCalls']>[0];

function filterOf(query: z.output<typeof listQuery>): Omit<Filter, 'limit'> {
  return {
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
    ...(query.campaign_id === undefined ? {} : { campaignId: query.campaign_id }),
    ...(query.reference === undefined ? {} : { reference: query.reference }),
    ...(query.direction === undefined ? {} : { direction: query.direction }),
    ...(query.created_after === undefined ? {} : { createdAfter: query.created_after }),
    ...(query.cursor === undefined ? {} : { before: query.cursor }),
  };
}
