import { z } from '@hono/zod-openapi';
import { campaignEventTypes } from '../domain/campaigns/campaign-event.ts';
import { missedCallData, optOutData } from './subscription-event-schema.ts';
import { callBackDoneData } from './call-back-request-schema.ts';
import { campaignSchema } from './campaign-schema.ts';

/** Events that belong to no call, as far as this version sends them. */
export const otherEventTypes = [
  ...campaignEventTypes,
  'missed_call.received',
  'opt_out.deleted',
  'call_back.done',
  'trunk.state_changed',
  'webhook_endpoint.disabled',
] as const;
export type OtherEventType = (typeof otherEventTypes)[number];

const whyItStopped = z.string().openapi({ description: 'Why it paused or ended.' });

/** By type, as `renderCampaignEvent`, `renderTrunkStateChanged` and `renderEndpointDisabled` write it; a test holds them together. */
export const otherEvents: Readonly<Record<OtherEventType, { summary: string; data: z.ZodRawShape }>> = {
  'campaign.started': { summary: 'A campaign began, or went on', data: { campaign: campaignSchema } },
  'campaign.paused': {
    summary: 'A campaign paused',
    data: { campaign: campaignSchema, reason: whyItStopped },
  },
  'campaign.ended': {
    summary: 'A campaign is over: no call of it will be made any more',
    data: {
      campaign: campaignSchema,
      reason: whyItStopped.optional(),
      unreached: z.string().openapi({ description: 'The path of the list of those who were not reached.' }),
    },
  },
  'missed_call.received': {
    summary: 'Somebody called a line and was not answered',
    data: missedCallData,
  },
  'opt_out.deleted': {
    summary: 'An opt-out was deleted: the person may be called again',
    data: optOutData,
  },
  'call_back.done': {
    summary: 'The call centre is done with a request to be called',
    data: callBackDoneData,
  },
  'trunk.state_changed': {
    summary:
      'Calls come through over a trunk, or do not: once for each change, whichever gateway found it out',
    data: {
      trunk: z.string().openapi({ example: 'carrier-a' }),
      up: z.boolean(),
      reason: z.string().nullable().openapi({ description: 'Why calls do not come through; a sentence.' }),
    },
  },
  'webhook_endpoint.disabled': {
    summary: 'A webhook endpoint was disabled; told to the others, and in the feed',
    data: {
      endpoint: z.strictObject({ id: z.string(), description: z.string().nullable() }),
      reason: z.string(),
    },
  },
};
