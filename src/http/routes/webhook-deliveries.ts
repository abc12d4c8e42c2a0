import { z } from '@hono/zod-openapi';
import { isId, type DeliveryId, type EndpointId } from '../../domain/ids.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import type { ListedDelivery } from '../../workflows/webhook-use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import type { RouteTable } from '../route-table.ts';

const instant = z.iso.datetime();

const deliverySchema = z
  .strictObject({
    id: z.string(),
    endpoint_id: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    call_id: z.string().nullable(),
    state: z.enum(['pending', 'delivered', 'dead']),
    tries: z.int(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    created_at: instant,
    next_try_at: instant.nullable(),
    settled_at: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

const query = z.object({
  limit: limitParameter,
  cursor: cursorParameter((text): text is DeliveryId => isId('dlv', text)),
  state: z.enum(['pending', 'delivered', 'dead']).optional(),
  endpoint_id: z
    .string()
    .refine((text): text is EndpointId => isId('whe', text), { error: 'must be the id of an endpoint' })
    .optional(),
});

/** What became of each event at each endpoint: an event that was committed is delivered or shown here as dead. */
export function addWebhookDeliveryRoutes(
  table: RouteTable,
  useCases: Pick<UseCases, 'listDeliveries'>,
): void {
  table.add(
    {
      tag: 'Webhook endpoints',
      scope: 'webhooks:write',
      body: null,
      needsIdempotencyKey: false,
      method: 'get',
      path: '/v1/webhook-deliveries',
      operationId: 'listWebhookDeliveries',
      summary: 'List deliveries of events to endpoints',
      query,
      replies: {
        200: {
          description: 'A page of deliveries, newest first.',
          schema: listSchema(deliverySchema, 'newest first'),
        },
      },
    },
    async ({ c, query: asked }) => {
      const deliveries = await useCases.listDeliveries({
        limit: asked.limit + 1,
        ...(asked.cursor === undefined ? {} : { before: asked.cursor }),
        ...(asked.state === undefined ? {} : { state: asked.state }),
        ...(asked.endpoint_id === undefined ? {} : { endpointId: asked.endpoint_id }),
      });
      const page = pageOf(deliveries, { limit: asked.limit, idOf: ({ id }) => id });
      return c.json({ ...page, data: page.data.map(presentDelivery) });
    },
  );
}

function presentDelivery(delivery: ListedDelivery): z.infer<typeof deliverySchema> {
  const text = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    id: delivery.id,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    call_id: delivery.callId,
    state: delivery.state,
    tries: delivery.tries,
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    created_at: new Date(delivery.createdAt).toISOString(),
    next_try_at: text(delivery.nextTryAt),
    settled_at: text(delivery.settledAt),
  };
}
