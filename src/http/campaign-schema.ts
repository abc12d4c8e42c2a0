import { z } from '@hono/zod-openapi';
import { callingHoursSchema } from '../domain/calls/calling-hours-schema.ts';
import { retrySchema } from '../domain/calls/retry-policy.ts';
import { campaignStatuses } from '../domain/campaigns/campaign.ts';
import { viewCampaign, type CampaignView } from '../domain/campaigns/campaign-view.ts';
import type { Estimate } from '../domain/campaigns/estimate-end.ts';
import type { ReadCampaign } from '../workflows/campaign-use-cases.ts';

const instant = z.iso.datetime().openapi({ example: '2026-01-31T09:00:00.000Z' });
const counted = z.record(z.string(), z.int());

/** The shape that `domain/campaigns/campaign-view.ts` makes, for the documents; a test holds them together. */
const campaignFields = {
  id: z.string().openapi({ example: 'cmp_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  name: z.string(),
  state: z.enum(campaignStatuses),
  reason: z.string().nullable().openapi({
    description:
      '`requested` or `pilot_done` while paused, `all_calls_ended` or `ends_at` once it has ended.',
  }),
  closed: z.boolean().openapi({ description: 'No more calls can be added.' }),
  pilot_left: z.int().nullable(),
  flow: z.strictObject({ id: z.string(), version: z.int() }),
  list: z.string().nullable(),
  calling_hours: callingHoursSchema,
  retry: retrySchema,
  priority: z.enum(['normal', 'high', 'emergency']),
  purpose: z.enum(['service', 'promotional', 'emergency']),
  pace: z.strictObject({ calls_per_second: z.number().nullable(), max_concurrent: z.int().nullable() }),
  starts_at: instant.nullable(),
  ends_at: instant.nullable(),
  caller_id: z.string().nullable(),
  machine_detection: z.enum(['off', 'on']),
  metadata: z.record(z.string(), z.string()),
  counts: z.strictObject({ total: z.int(), by_status: counted, by_outcome: counted }),
  created_at: instant,
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
};

export const campaignSchema = z.strictObject(campaignFields).meta({ id: 'Campaign' });

const estimateSchema = z
  .strictObject({
    finishes_at: instant.nullable(),
    basis: z.enum(['measured', 'configured']).nullable().openapi({
      description:
        '`measured`: at the speed of the last quarter of an hour. `configured`: at its pace alone, the soonest that it could be.',
    }),
    inside_window: z.boolean().nullable().openapi({ description: 'Whether that is before `ends_at`.' }),
  })
  .meta({ id: 'CampaignEstimate' });

export const campaignWithEstimateSchema = z
  .strictObject({ ...campaignFields, estimate: z.union([estimateSchema, z.null()]) })
  .meta({ id: 'CampaignWithEstimate' });

const countedRow = <Shape extends z.ZodRawShape>(shape: Shape) => z.array(z.strictObject(shape));

export const campaignReportSchema = z
  .strictObject({
    groups: countedRow({
      group: z.string(),
      calls: z.int(),
      by_status: counted,
      by_outcome: counted,
      questions: countedRow({ question: z.string(), answers: counted }),
      funnel: countedRow({ step: z.string(), calls: z.int() }),
      hours: countedRow({ hour: z.int(), attempts: z.int(), by_reason: counted }),
      attempts: countedRow({ attempts: z.int(), calls: z.int(), by_outcome: counted }),
    }),
  })
  .meta({
    id: 'CampaignReport',
    description:
      'By question how many calls have which answer, by step how many came to it, by hour of the day how attempts ended, and how many attempts calls took. One group where nothing is broken down.',
  });

export function presentCampaign({ campaign, counts }: ReadCampaign): CampaignView {
  return viewCampaign(campaign, counts);
}

export function presentEstimate(estimate: Estimate | null): z.input<typeof estimateSchema> | null {
  if (estimate === null) return null;
  const { finishesAt, basis, insideWindow } = estimate;
  return {
    finishes_at: finishesAt === null ? null : new Date(finishesAt).toISOString(),
    basis,
    inside_window: insideWindow,
  };
}
