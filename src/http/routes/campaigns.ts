import { z } from '@hono/zod-openapi';
import {
  campaignChangeSchema,
  campaignRequestSchema,
  campaignStartSchema,
} from '../../domain/campaigns/campaign-request.ts';
import { isId, type CampaignId } from '../../domain/ids.ts';
import type { CampaignUseCases, MovedCampaign } from '../../workflows/campaign-use-cases.ts';
import {
  campaignSchema,
  campaignWithEstimateSchema,
  presentCampaign,
  presentEstimate,
} from '../campaign-schema.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { pathId } from '../path-id.ts';
import { invalidRequest, notFound, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

/** What makes campaigns, changes and reads them; their calls are in `campaign-calls.ts`. */
export function addCampaignRoutes(table: RouteTable, useCases: CampaignUseCases): void {
  addCreateCampaign(table, useCases);
  addListCampaigns(table, useCases);
  addReadCampaign(table, useCases);
  addChangeCampaign(table, useCases);
  addStartCampaign(table, useCases);
  for (const action of ['pause', 'resume', 'close', 'cancel'] as const) addMove(table, useCases, action);
}

const ofOneCampaign = {
  tag: 'Campaigns',
  pathParameters: { id: 'The id of the campaign.' },
  query: z.object({}),
  needsIdempotencyKey: false,
} as const;

function addCreateCampaign(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      method: 'post',
      path: '/v1/campaigns',
      operationId: 'createCampaign',
      tag: 'Campaigns',
      summary: 'Create a campaign',
      description: 'As a draft: calls can be added, and nobody is called before it is started.',
      scope: 'calls:write',
      query: z.object({}),
      body: { schema: campaignRequestSchema, presence: 'required' },
      needsIdempotencyKey: false,
      replies: {
        201: {
          description: 'The campaign.',
          schema: campaignSchema,
          headers: { Location: 'Where the campaign can be read.' },
        },
      },
    },
    async ({ c, body }) => {
      const created = await useCases.createCampaign(body);
      if (created.result === 'invalid') throw invalidRequest(created.faults);
      const campaign = presentCampaign(created.campaign);
      return c.json(campaign, 201, { Location: `/v1/campaigns/${campaign.id}` });
    },
  );
}

const listQuery = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is CampaignId => isId('cmp', text)),
});

function addListCampaigns(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/campaigns',
      operationId: 'listCampaigns',
      tag: 'Campaigns',
      summary: 'List campaigns',
      scope: 'calls:read',
      query: listQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'A page of campaigns.', schema: listSchema(campaignSchema, 'newest first') },
      },
    },
    async ({ c, query }) => {
      const found = await useCases.listCampaigns({ after: query.cursor ?? null, limit: query.limit + 1 });
      const page = pageOf(found, { limit: query.limit, idOf: ({ campaign }) => campaign.id });
      return c.json({ ...page, data: page.data.map(presentCampaign) });
    },
  );
}

function addReadCampaign(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'get',
      path: '/v1/campaigns/{id}',
      operationId: 'readCampaign',
      summary: 'Read a campaign',
      scope: 'calls:read',
      body: null,
      replies: {
        200: {
          description: 'The campaign, its calls counted, and when it will be done.',
          schema: campaignWithEstimateSchema,
        },
      },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const found = await useCases.readCampaign(pathId('cmp', c.req.param('id')));
      if (found === null) throw notFound('campaign');
      return c.json({ ...presentCampaign(found), estimate: presentEstimate(found.estimate) });
    },
  );
}

function addChangeCampaign(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'patch',
      path: '/v1/campaigns/{id}',
      operationId: 'changeCampaign',
      summary: 'Mend a campaign',
      description:
        'Also while it runs. The flow is mended for calls that were never dialled, hours and end for all that wait. What is left out stays, within `pace` and `calling_hours` too; null takes a limit of the pace, or the end, away. Promotional calls stay within the default hours, whatever the change says.',
      scope: 'calls:write',
      body: { schema: campaignChangeSchema, presence: 'required' },
      replies: { 200: { description: 'The campaign as it is now.', schema: campaignSchema } },
      problems: ['not_found', 'campaign_over'],
    },
    async ({ c, body }) => {
      const changed = await useCases.changeCampaign({
        id: pathId('cmp', c.req.param('id')),
        change: body,
      });
      switch (changed.result) {
        case 'changed':
          return c.json(presentCampaign(changed));
        case 'invalid':
          throw invalidRequest(changed.faults);
        case 'over':
          throw new Problem(
            'campaign_over',
            'The campaign has ended or was cancelled: nothing of it can be mended.',
          );
        case 'not_found':
          throw notFound('campaign');
      }
    },
  );
}

function addStartCampaign(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'post',
      path: '/v1/campaigns/{id}/start',
      operationId: 'startCampaign',
      summary: 'Start a campaign',
      description: 'From here on its calls are dialled, as its hours, its pace and the trunks allow.',
      scope: 'calls:write',
      body: { schema: campaignStartSchema, presence: 'optional' },
      replies: { 200: { description: 'It runs.', schema: campaignSchema } },
      problems: ['not_found', 'campaign_state'],
    },
    async ({ c, body }) => {
      const id = pathId('cmp', c.req.param('id'));
      return c.json(
        presentMoved(await useCases.moveCampaign({ id, action: 'start', pilot: body.pilot ?? null })),
      );
    },
  );
}

const moves = {
  pause: {
    summary: 'Pause a campaign',
    description: 'Nobody is dialled any more; who rings or talks is not disturbed.',
    reply: 'It is paused.',
  },
  resume: { summary: 'Resume a campaign', description: undefined, reply: 'It runs.' },
  close: {
    summary: 'Close a campaign',
    description: 'No more calls can be added; it ends when all its calls have ended.',
    reply: 'It is closed.',
  },
  cancel: {
    summary: 'Cancel a campaign',
    description:
      'Nobody is dialled any more, ringing is stopped, and its calls end as `cancelled`. Who is talking is not cut off.',
    reply: 'It is cancelled.',
  },
} as const;

function addMove(table: RouteTable, useCases: CampaignUseCases, action: keyof typeof moves): void {
  const { summary, description, reply } = moves[action];
  table.add(
    {
      ...ofOneCampaign,
      method: 'post',
      path: `/v1/campaigns/{id}/${action}`,
      operationId: `${action}Campaign`,
      summary,
      ...(description === undefined ? {} : { description }),
      scope: 'calls:write',
      body: { schema: z.strictObject({}), presence: 'optional' },
      replies: { 200: { description: reply, schema: campaignSchema } },
      problems: ['not_found', 'campaign_state'],
    },
    async ({ c }) =>
      c.json(presentMoved(await useCases.moveCampaign({ id: pathId('cmp', c.req.param('id')), action }))),
  );
}

function presentMoved(moved: MovedCampaign): ReturnType<typeof presentCampaign> {
  switch (moved.result) {
    case 'moved':
    case 'ignored':
      return presentCampaign(moved);
    case 'refused':
      throw new Problem('campaign_state', moved.detail);
    case 'not_found':
      throw notFound('campaign');
  }
}
