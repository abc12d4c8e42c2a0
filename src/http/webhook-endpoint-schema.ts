import { z } from '@hono/zod-openapi';
import { isId, type EventId } from '../domain/ids.ts';
import { plainText } from '../domain/plain-text.ts';
import type { WebhookEndpoint } from '../workflows/webhook-use-cases.ts';
import { webhookEventTypes } from './event-schema.ts';
import { overlapField } from './overlap.ts';

const eventTypes = z.array(z.enum(webhookEventTypes)).min(1).max(webhookEventTypes.length);
const numbers = z.enum(['masked', 'clear']);

export const newEndpointSchema = z
  .strictObject({
    url: plainText({ min: 1, max: 2000 }).openapi({ example: 'https://campaigns.example/webhooks' }),
    event_types: eventTypes
      .nullable()
      .optional()
      .openapi({ description: 'Left out: all, also those of later versions.' }),
    numbers: numbers.optional().openapi({
      description: '`clear` puts phone numbers in clear into what is sent; needs the scope `numbers:read`.',
    }),
    description: plainText({ max: 500 }).nullable().optional(),
  })
  .meta({ id: 'NewWebhookEndpoint' });

const url = newEndpointSchema.shape.url;

export const endpointChangeSchema = z
  .strictObject({
    url: url
      .optional()
      .openapi({ description: 'What waits for another try is sent to the new URL at once.' }),
    event_types: newEndpointSchema.shape.event_types.openapi({
      description: 'Of events from now on; null for all.',
    }),
    numbers: numbers.optional().openapi({
      description:
        '`clear`, and another URL for an endpoint that has numbers in clear, need the scope `numbers:read`.',
    }),
    description: newEndpointSchema.shape.description,
    enabled: z.boolean().optional().openapi({
      description:
        'False: nothing is sent any more, and what waits is dead. True: events are sent again from now on; replay those between.',
    }),
  })
  .meta({ id: 'WebhookEndpointChange' });

export const secretRotationSchema = z
  .strictObject({
    overlap: overlapField(
      'How long the old secret signs as well: an ISO 8601 duration of at most 7 days. `PT0S` drops it at once, as is right for one that has leaked.',
    ),
  })
  .meta({ id: 'WebhookSecretRotation' });

export const rotatedSecretSchema = z
  .strictObject({
    secret: z.string().openapi({ description: 'Signs what is sent. Shown this once.', example: 'whsec_…' }),
    previous_secret_until: z.iso.datetime().nullable().openapi({
      description: 'Until then the old secret signs as well; null where it was dropped at once.',
    }),
  })
  .meta({ id: 'RotatedWebhookSecret' });

export const replaySchema = z
  .strictObject({
    after: plainText({ max: 64 })
      .refine((text): text is EventId => isId('evt', text), { error: 'must be the id of an event' })
      .nullable()
      .openapi({
        description: 'The last event that you have; null for all that are kept.',
        example: 'evt_01k6m3q4t8v5w2x9y7z1a3b5c7',
      }),
  })
  .meta({ id: 'WebhookReplay' });

export const replayedSchema = z
  .strictObject({
    events: z.int().openapi({ description: 'How many are delivered once more.' }),
    complete: z.boolean().openapi({
      description: 'False where there are more than are replayed at once: ask again, with `next_after`.',
    }),
    next_after: z.string().nullable().openapi({ description: 'The last event that is replayed.' }),
  })
  .meta({ id: 'ReplayedWebhookEvents' });

const facts = {
  id: z.string().openapi({ example: 'whe_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  url: z.string(),
  event_types: z.array(z.string()).nullable(),
  numbers,
  description: z.string().nullable(),
  enabled: z.boolean(),
  disabled_reason: z
    .string()
    .nullable()
    .openapi({ description: 'Why nothing is sent any more; null while it is enabled.' }),
  created_at: z.iso.datetime(),
};

export const endpointSchema = z.strictObject(facts).meta({ id: 'WebhookEndpoint' });

export const createdEndpointSchema = z
  .strictObject({
    ...facts,
    secret: z.string().openapi({ description: 'Signs what is sent. Shown this once.', example: 'whsec_…' }),
  })
  .meta({ id: 'CreatedWebhookEndpoint' });

export const endpointTestSchema = z
  .strictObject({
    delivered: z.boolean(),
    detail: z.string().openapi({ description: 'What came back, or why nothing did.' }),
  })
  .meta({ id: 'WebhookTest' });

export function presentEndpoint(endpoint: WebhookEndpoint): z.input<typeof endpointSchema> {
  return {
    id: endpoint.id,
    url: endpoint.url,
    event_types: endpoint.eventTypes,
    numbers: endpoint.numbers,
    description: endpoint.description,
    enabled: endpoint.disabledReason === null,
    disabled_reason: endpoint.disabledReason,
    created_at: new Date(endpoint.createdAt).toISOString(),
  };
}
