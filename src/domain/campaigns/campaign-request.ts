import { z } from 'zod';
import { callingHoursSchema } from '../calls/calling-hours-schema.ts';
import { instantSchema, machineDetection } from '../calls/call-request.ts';
import { retrySchema } from '../calls/retry-policy.ts';
import { plainText } from '../plain-text.ts';

const callsPerSecond = z.number().positive().max(1000);
const maxConcurrent = z.int().min(1).max(100_000);
const pace = z.strictObject({
  calls_per_second: callsPerSecond.optional(),
  max_concurrent: maxConcurrent.optional(),
});
const changeOfPace = z.strictObject({
  calls_per_second: callsPerSecond.nullable().optional(),
  max_concurrent: maxConcurrent.nullable().optional(),
});

const metadata = z
  .record(plainText({ min: 1, max: 64 }), plainText({ max: 500 }))
  .refine((given) => Object.keys(given).length <= 16, { error: 'must have at most 16 entries' });

/** A new campaign, as it comes over HTTP. */
export const campaignRequestSchema = z
  .strictObject({
    name: plainText({ min: 1, max: 200 }),
    flow: plainText({ min: 1, max: 80 }).meta({
      description: '`school-reopening` (newest version now), or `school-reopening@3`',
    }),
    list: plainText({ min: 1, max: 100 }).optional(),
    calling_hours: callingHoursSchema.optional(),
    retry: retrySchema.optional(),
    priority: z.enum(['normal', 'high', 'emergency']).optional(),
    purpose: z.enum(['service', 'promotional', 'emergency']).optional(),
    pace: pace.optional(),
    starts_at: instantSchema.optional(),
    ends_at: instantSchema.optional(),
    caller_id: plainText({ max: 20 }).optional(),
    machine_detection: machineDetection.optional(),
    metadata: metadata.optional(),
  })
  .meta({ id: 'CampaignRequest' });
export type CampaignRequest = z.infer<typeof campaignRequestSchema>;

/** What may be mended while it runs. What is left out stays, within `pace` and `calling_hours` too; null takes a limit or the end away. */
export const campaignChangeSchema = z
  .strictObject({
    name: plainText({ min: 1, max: 200 }).optional(),
    flow: plainText({ min: 1, max: 80 }).optional().meta({
      description: 'For calls that were not dialled yet; the others keep the flow that they began with.',
    }),
    calling_hours: callingHoursSchema.optional(),
    pace: changeOfPace.optional(),
    ends_at: instantSchema.nullable().optional(),
  })
  .meta({ id: 'CampaignChange' });
export type CampaignChange = z.infer<typeof campaignChangeSchema>;

export const campaignStartSchema = z
  .strictObject({
    pilot: z.int().min(1).max(1_000_000).optional().meta({
      description:
        'So many calls are dialled, then the campaign pauses by itself: once their phones have rung, or their attempts have ended.',
    }),
  })
  .meta({ id: 'CampaignStart' });
