import { z } from '@hono/zod-openapi';
import { callBackRequestStates } from '../../domain/call-centre/call-back-request.ts';
import { isId, type CallBackRequestId } from '../../domain/ids.ts';
import { plainText } from '../../domain/plain-text.ts';
import { parseDurationMs } from '../../lib/duration.ts';
import type { CallBackUseCases, OfRequest, ChangedCallBack } from '../../workflows/call-back-use-cases.ts';
import { callBackRequestSchema, presentCallBackRequest } from '../call-back-request-schema.ts';
import { campaignId, noSuchCampaign } from '../campaign-id.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { notFound, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

/** Who asked to be called by a person: a list that a call centre works through. */
export function addCallBackRequestRoutes(table: RouteTable, useCases: CallBackUseCases): void {
  addList(table, useCases);
  addRead(table, useCases);
  addClaimNext(table, useCases);
  addChange(table, {
    ...{ verb: 'claim', operationId: 'claimCallBackRequest', summary: 'Claim a call-back request' },
    description:
      'Of several agents at once one gets it. Claimed again by the same agent, it is theirs for longer; a claim that runs out is open again.',
    body: claimBody,
    change: (agent, { for: wanted }) => useCases.claimCallBackRequest({ ...agent, forMs: spanOf(wanted) }),
  });
  addChange(table, {
    ...{ verb: 'note', operationId: 'noteCallBackRequest', summary: 'Write a note to a call-back request' },
    description:
      'By the agent who has claimed it alone. Notes are kept for good, with who wrote them and when.',
    body: agentBody
      .extend({ text: plainText({ min: 1, max: 1_000, lines: true }) })
      .meta({ id: 'CallBackNote' }),
    change: (agent, { text }) => useCases.noteCallBackRequest({ ...agent, text }),
  });
  addChange(table, {
    ...{ verb: 'release', operationId: 'releaseCallBackRequest', summary: 'Give a call-back request back' },
    description: 'It is open again, for anybody.',
    body: agentBody,
    change: (agent) => useCases.releaseCallBackRequest(agent),
  });
  addChange(table, {
    ...{
      verb: 'done',
      operationId: 'finishCallBackRequest',
      summary: 'Say that a call-back request is done',
    },
    description: 'For good, and reported as `call_back.done`. Said again by the same agent, nothing changes.',
    body: agentBody
      .extend({ result: plainText({ min: 1, max: 200 }).optional() })
      .meta({ id: 'CallBackDone' }),
    change: (agent, { result }) => useCases.finishCallBackRequest({ ...agent, text: result ?? null }),
  });
}

const tag = 'Call centre';
const path = '/v1/call-back-requests';
const noQuery = z.object({});
const longestClaimMs = 24 * 60 * 60_000;
const usualClaim = 'PT30M';

const agentBody = z
  .strictObject({
    agent: plainText({ min: 1, max: 100 }).openapi({
      example: 'meena',
      description: 'Whoever of the call centre it is, by a name of yours.',
    }),
  })
  .meta({ id: 'CallBackAgent' });
const span = z
  .string()
  .max(40)
  .refine(
    (text) => isSpan(parseDurationMs(text)),
    'must be an ISO 8601 duration of at most P1D, such as PT30M',
  )
  .optional()
  .openapi({ description: `How long it is theirs. Default ${usualClaim}.` });
const claimBody = agentBody.extend({ for: span }).meta({ id: 'CallBackClaim' });

function isSpan(ms: number | null): boolean {
  return ms !== null && ms > 0 && ms <= longestClaimMs;
}

function spanOf(text: string | undefined): number {
  return parseDurationMs(text ?? usualClaim) ?? 0;
}

function addList(table: RouteTable, useCases: CallBackUseCases): void {
  table.add(
    {
      ...{
        method: 'get',
        path,
        operationId: 'listCallBackRequests',
        tag,
        summary: 'List call-back requests',
      },
      description:
        'Who chose an answer with `call_me_back` and waits for a person to call. A claim that has run out is `open`.',
      scope: 'calls:read',
      query: z.object({
        limit: limitParameter,
        cursor: cursorParameter((text): text is CallBackRequestId => isId('cbr', text)),
        state: z.enum(callBackRequestStates).optional(),
        campaign_id: campaignId.optional(),
      }),
      ...{ body: null, needsIdempotencyKey: false },
      replies: {
        200: {
          description: 'A page of requests.',
          schema: listSchema(callBackRequestSchema, 'newest first'),
        },
      },
    },
    async ({ c, query, principal }) => {
      const { limit, cursor: before, state, campaign_id: campaign } = query;
      const found = await useCases.listCallBackRequests({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(campaign === undefined ? {} : { campaignId: campaign }),
      });
      if (found === null) throw noSuchCampaign({ parameter: 'campaign_id' });
      const page = pageOf(found, { limit, idOf: ({ request }) => request.id });
      return c.json({ ...page, data: page.data.map((each) => presentCallBackRequest(each, principal)) });
    },
  );
}

function addRead(table: RouteTable, useCases: CallBackUseCases): void {
  table.add(
    {
      ...{
        method: 'get',
        path: `${path}/{id}`,
        operationId: 'readCallBackRequest',
        tag,
        summary: 'Read a call-back request',
      },
      pathParameters: { id: 'The id of the request.' },
      ...{ scope: 'calls:read', query: noQuery, body: null, needsIdempotencyKey: false },
      replies: { 200: { description: 'The request.', schema: callBackRequestSchema } },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const read = await useCases.readCallBackRequest(pathId('cbr', c.req.param('id')));
      if (read === null) throw notFound('call-back request');
      return c.json(presentCallBackRequest(read, principal));
    },
  );
}

function addClaimNext(table: RouteTable, useCases: CallBackUseCases): void {
  table.add(
    {
      ...{ method: 'post', path: `${path}/claim`, operationId: 'claimNextCallBackRequest', tag },
      summary: 'Claim whoever waits longest',
      description:
        'The oldest open request, of a campaign or of all. Of several agents at once each gets another.',
      ...{ scope: 'calls:write', query: noQuery, needsIdempotencyKey: false },
      body: {
        schema: claimBody.extend({ campaign_id: campaignId.optional() }).meta({ id: 'CallBackClaimNext' }),
        presence: 'required',
      },
      replies: {
        200: { description: 'The request, claimed.', schema: callBackRequestSchema },
        204: { description: 'None is open.' },
      },
    },
    async ({ c, body, principal }) => {
      const read = await useCases.claimNextCallBackRequest({
        ...{ agent: body.agent, by: principal.owner, forMs: spanOf(body.for) },
        campaignId: body.campaign_id ?? null,
      });
      if (read === 'no_campaign') throw noSuchCampaign({ pointer: '/campaign_id' });
      return read === 'none_open' ? c.body(null, 204) : c.json(presentCallBackRequest(read, principal), 200);
    },
  );
}

function addChange<Body extends typeof agentBody>(
  table: RouteTable,
  of: {
    verb: string;
    operationId: string;
    summary: string;
    description: string;
    body: Body;
    change: (agent: OfRequest, body: z.output<Body>) => Promise<ChangedCallBack>;
  },
): void {
  const { operationId, summary, description } = of;
  table.add(
    {
      ...{ method: 'post', path: `${path}/{id}/${of.verb}`, operationId, tag, summary, description },
      pathParameters: { id: 'The id of the request.' },
      ...{ scope: 'calls:write', query: noQuery, needsIdempotencyKey: false },
      body: { schema: of.body, presence: 'required' },
      replies: { 200: { description: 'The request as it is now.', schema: callBackRequestSchema } },
      problems: ['not_found', 'call_back_state'],
    },
    async ({ c, body, principal }) => {
      const id = pathId('cbr', c.req.param('id'));
      const changed = await of.change({ id, agent: body.agent, by: principal.owner }, body);
      if (changed.result === 'not_found') throw notFound('call-back request');
      if (changed.result === 'conflict') throw new Problem('call_back_state', changed.detail);
      return c.json(presentCallBackRequest(changed.read, principal), 200);
    },
  );
}
