import { z } from '@hono/zod-openapi';
import { isId, type MissedCallId, type OptInId, type OptOutId } from '../../domain/ids.ts';
import { isLineNumber } from '../../domain/lines/line.ts';
import { isOptOutScope } from '../../domain/lines/opt-out.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { SubscriptionUseCases } from '../../workflows/subscription-use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { instantParameter } from '../instant-parameter.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import {
  missedCallSchema,
  optInSchema,
  optOutSchema,
  presentMissedCall,
  presentOptIn,
  presentOptOut,
} from '../subscription-schema.ts';

/** Who called and was not answered, and who said yes or no to being called; as files, see `subscription-files.ts`. */
export function addSubscriptionRoutes(table: RouteTable, useCases: SubscriptionUseCases): void {
  addMissedCalls(table, useCases);
  addOptIns(table, useCases);
  addOptOuts(table, useCases);
  addOptOut(table, useCases);
  addDeleteOptOut(table, useCases);
}

const ofList = { method: 'get', scope: 'calls:read', body: null, needsIdempotencyKey: false } as const;
const since = instantParameter.optional();

const missedCallQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is MissedCallId => isId('mc', text)),
  line: z.string().refine(isLineNumber, { error: 'must be a number in E.164' }).optional(),
  since,
});

function addMissedCalls(table: RouteTable, useCases: SubscriptionUseCases): void {
  table.add(
    {
      ...ofList,
      path: '/v1/missed-calls',
      operationId: 'listMissedCalls',
      tag: 'Lines',
      summary: 'List missed calls',
      description: 'Each call to a line that was not answered, repeats too, and what followed from it.',
      query: missedCallQuery,
      replies: {
        200: { description: 'A page of missed calls.', schema: listSchema(missedCallSchema, 'newest first') },
      },
    },
    async ({ c, query, principal }) => {
      const { limit, cursor: before, line, since: from } = query;
      const found = await useCases.listMissedCalls({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(line === undefined ? {} : { line }),
        ...(from === undefined ? {} : { since: from }),
      });
      const page = pageOf(found, { limit, idOf: ({ missedCall }) => missedCall.id });
      return c.json({ ...page, data: page.data.map((each) => presentMissedCall(each, principal)) });
    },
  );
}

const optInQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is OptInId => isId('opi', text)),
  list: plainText({ min: 1, max: 100 }).optional(),
  since,
});

function addOptIns(table: RouteTable, useCases: SubscriptionUseCases): void {
  table.add(
    {
      ...ofList,
      path: '/v1/opt-ins',
      operationId: 'listOptIns',
      tag: 'Opt-ins and opt-outs',
      summary: 'List opt-ins',
      description:
        'Every yes with its proof. Somebody may have said it several times, and no since: `opted_out_at`.',
      query: optInQuery,
      replies: {
        200: { description: 'A page of opt-ins.', schema: listSchema(optInSchema, 'newest first') },
      },
    },
    async ({ c, query, principal }) => {
      const { limit, cursor: before, list, since: from } = query;
      const found = await useCases.listOptIns({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(list === undefined ? {} : { list }),
        ...(from === undefined ? {} : { since: from }),
      });
      const page = pageOf(found, { limit, idOf: ({ optIn }) => optIn.id });
      return c.json({ ...page, data: page.data.map((each) => presentOptIn(each, principal)) });
    },
  );
}

const optOutQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is OptOutId => isId('opo', text)),
  scope: z.string().refine(isOptOutScope, { error: 'must be all, campaign:cmp_… or list:<name>' }).optional(),
  since,
});

function addOptOuts(table: RouteTable, useCases: SubscriptionUseCases): void {
  table.add(
    {
      ...ofList,
      path: '/v1/opt-outs',
      operationId: 'listOptOuts',
      tag: 'Opt-ins and opt-outs',
      summary: 'List opt-outs',
      query: optOutQuery,
      replies: {
        200: { description: 'A page of opt-outs.', schema: listSchema(optOutSchema, 'newest first') },
      },
    },
    async ({ c, query, principal }) => {
      const { limit, cursor: before, scope, since: from } = query;
      const found = await useCases.listOptOuts({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(scope === undefined ? {} : { scope }),
        ...(from === undefined ? {} : { since: from }),
      });
      const page = pageOf(found, { limit, idOf: ({ optOut }) => optOut.id });
      return c.json({ ...page, data: page.data.map((each) => presentOptOut(each, principal)) });
    },
  );
}

const optOutRequest = z
  .strictObject({
    to: plainText({ max: 20 }).openapi({ example: '+919876543210' }),
    scope: plainText({ min: 1, max: 110 }).openapi({
      example: 'list:school-updates',
      description: '`all`, `campaign:cmp_…` or `list:<name>`.',
    }),
  })
  .meta({ id: 'OptOutRequest' });

function addOptOut(table: RouteTable, useCases: SubscriptionUseCases): void {
  table.add(
    {
      method: 'post',
      path: '/v1/opt-outs',
      operationId: 'optOut',
      tag: 'Opt-ins and opt-outs',
      summary: 'Opt somebody out',
      description:
        'From the reply on, no call of this scope is dialled for them: it is looked up when a call is accepted, when it is claimed, and again at the instant of dialling. A phone that rings already goes on ringing.',
      scope: 'calls:write',
      query: z.object({}),
      body: { schema: optOutRequest, presence: 'required' },
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'They had opted out of it before.', schema: optOutSchema },
        201: { description: 'It is on record.', schema: optOutSchema },
      },
    },
    async ({ c, body, principal }) => {
      const recorded = await useCases.optOut(body);
      if (recorded.result === 'invalid') throw invalidRequest(recorded.faults);
      return c.json(presentOptOut(recorded.optOut, principal), recorded.result === 'recorded' ? 201 : 200);
    },
  );
}

function addDeleteOptOut(table: RouteTable, useCases: SubscriptionUseCases): void {
  table.add(
    {
      method: 'delete',
      path: '/v1/opt-outs/{id}',
      operationId: 'deleteOptOut',
      tag: 'Opt-ins and opt-outs',
      summary: 'Delete an opt-out',
      description:
        'The person may be called again. That it was, when, and who deleted it stays on record, and is reported as `opt_out.deleted`.',
      pathParameters: { id: 'The id of the opt-out.' },
      scope: 'calls:write',
      query: z.object({}),
      body: null,
      needsIdempotencyKey: false,
      replies: { 204: { description: 'It is gone.' } },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const id = pathId('opo', c.req.param('id'));
      if ((await useCases.deleteOptOut({ id, by: principal.owner })) === 'not_found')
        throw notFound('opt-out');
      return c.body(null, 204);
    },
  );
}
