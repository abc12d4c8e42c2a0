import { z } from '@hono/zod-openapi';
import type { StoredFlow, UseCases } from '../../workflows/use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { advisedFlowSchema, flowSchema, flowSummarySchema, isFlowId, parseFlowName } from '../flow-schema.ts';
import { listSchema } from '../list-schema.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

type FlowUseCases = Pick<UseCases, 'storeFlow' | 'readFlow' | 'listFlows'>;

export function addFlowRoutes(table: RouteTable, useCases: FlowUseCases): void {
  addStoreFlow(table, useCases);
  addReadFlow(table, useCases);
  addListFlows(table, useCases);
}

/** Any JSON: the use case finds every mistake of a flow at once, better than a schema could. Documented as the flow that it should be. */
const definitionSchema = z
  .unknown()
  .openapi({ type: 'object', allOf: [{ $ref: '#/components/schemas/FlowDefinition' }] });

function addStoreFlow(table: RouteTable, useCases: FlowUseCases): void {
  table.add(
    {
      method: 'put',
      path: '/v1/flows/{id}',
      operationId: 'storeFlow',
      tag: 'Flows',
      summary: 'Store a new version of a flow',
      description: 'A version never changes. What equals the newest version makes no new one.',
      pathParameters: {
        id: 'A name: a small letter, then up to 63 small letters, digits and hyphens; not beginning with `inline-`.',
      },
      scope: 'flows:write',
      query: z.object({}),
      body: { schema: definitionSchema, presence: 'required' },
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'The newest version is equal; nothing was stored.', schema: advisedFlowSchema },
        201: {
          description: 'A new version.',
          schema: advisedFlowSchema,
          headers: { Location: 'Where this version can be read.' },
        },
      },
    },
    async ({ c, received }) => {
      const id = c.req.param('id') ?? '';
      if (!isFlowId(id))
        throw invalidRequest([
          {
            parameter: 'id',
            detail:
              'must be a small letter, then up to 63 small letters, digits and hyphens, and not begin with inline-',
          },
        ]);
      const stored = await useCases.storeFlow({ id, definition: received });
      if (stored.result === 'invalid') throw invalidRequest(stored.faults);
      const { flow, created, advice } = stored;
      const body: z.input<typeof advisedFlowSchema> = { ...presentFlow(flow), advice };
      return created
        ? c.json(body, 201, { Location: `/v1/flows/${flow.id}@${flow.version}` })
        : c.json(body, 200);
    },
  );
}

function addReadFlow(table: RouteTable, useCases: FlowUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/flows/{id}',
      operationId: 'readFlow',
      tag: 'Flows',
      summary: 'Read a flow',
      pathParameters: { id: '`teacher-quiz` for the newest version, `teacher-quiz@3` for one.' },
      scope: 'flows:read',
      query: z.object({}),
      body: null,
      needsIdempotencyKey: false,
      replies: { 200: { description: 'The version.', schema: flowSchema } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const name = parseFlowName(c.req.param('id') ?? '');
      const flow = name === null ? null : await useCases.readFlow(name);
      if (flow === null) throw notFound('flow');
      return c.json(presentFlow(flow));
    },
  );
}

const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is string => isFlowId(text)),
});

function addListFlows(table: RouteTable, useCases: FlowUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/flows',
      operationId: 'listFlows',
      tag: 'Flows',
      summary: 'List flows',
      scope: 'flows:read',
      query: listQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: {
          description: 'The newest version of each, by id, without steps.',
          schema: listSchema(flowSummarySchema, 'by id'),
        },
      },
    },
    async ({ c, query }) => {
      const flows = await useCases.listFlows({ after: query.cursor ?? null, limit: query.limit + 1 });
      const page = pageOf(flows, { limit: query.limit, idOf: ({ id }) => id });
      return c.json({ ...page, data: page.data.map(summariseFlow) });
    },
  );
}

function presentFlow(flow: StoredFlow): z.input<typeof flowSchema> {
  return {
    id: flow.id,
    version: flow.version,
    created_at: new Date(flow.createdAt).toISOString(),
    definition: flow.definition,
  };
}

function summariseFlow(flow: StoredFlow): z.input<typeof flowSummarySchema> {
  const { title, languages } = flow.definition;
  return {
    id: flow.id,
    version: flow.version,
    created_at: new Date(flow.createdAt).toISOString(),
    title,
    languages,
  };
}
