import { z } from '@hono/zod-openapi';
import { plainText } from '../domain/plain-text.ts';
import type { WebhookEndpointView } from '../workflows/use-cases.ts';
import { webhookEventTypes } from './event-schema.ts';

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

const facts = {
  id: z.string().openapi({ example: 'whe_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  url: z.string(),
  event_types: z.array(z.string()).nullable(),
  numbers,
  description: z.string().nullable(),
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

export function presentEndpoint(endpoint: WebhookEndpointView): z.input<typeof endpointSchema> {
  return {
    id: endpoint.id,
    url: endpoint.url,
    event_types: endpoint.eventTypes,
    numbers: endpoint.numbers,
    description: endpoint.description,
    disabled_reason: endpoint.disabledReason,
    created_at: new Date(endpoint.createdAt).toISOString(),
  };
}
