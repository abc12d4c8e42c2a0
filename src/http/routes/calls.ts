import { z } from '@hono/zod-openapi';
import { callRequestSchema } from '../../domain/calls/call-request.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { callSchema } from '../call-schema.ts';
import { pathId } from '../path-id.ts';
import { presentCall } from '../../workflows/present-call.ts';
import { campaignOver, invalidRequest, notFound, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

export interface CallRouteNeeds {
  useCases: Pick<UseCases, 'acceptCall' | 'cancelCall'>;
  isDraining: () => boolean;
}

/** What changes calls: asking for one, and cancelling it. */
export function addCallRoutes(table: RouteTable, needs: CallRouteNeeds): void {
  addPlaceCall(table, needs);
  addCancelCall(table, needs);
}

function addPlaceCall(table: RouteTable, { useCases, isDraining }: CallRouteNeeds): void {
  table.add(
    {
      method: 'post',
      path: '/v1/calls',
      operationId: 'placeCall',
      tag: 'Calls',
      summary: 'Ask for a call',
      description:
        'Answers before anything is dialled. A webhook about the call may arrive before the reply.',
      scope: 'calls:write',
      query: z.object({}),
      body: { schema: callRequestSchema, presence: 'required' },
      needsIdempotencyKey: true,
      replies: {
        202: {
          description: 'The call is accepted.',
          schema: callSchema,
          headers: {
            Location: 'Where the call can be read.',
            'Idempotent-Replayed': '`true` where this is the answer of an earlier request.',
          },
        },
      },
      problems: ['draining', 'telephony_unavailable', 'campaign_over', 'already_in_campaign', 'window_full'],
    },
    async ({ c, principal, body, received, idempotencyKey }) => {
      requireNotDraining(isDraining);
      const accepted = await useCases.acceptCall({ owner: principal.owner, idempotencyKey, body, received });
      switch (accepted.result) {
        case 'accepted': {
          const call = presentCall(accepted.call, principal);
          const replayed: Record<string, string> = accepted.replayed ? { 'Idempotent-Replayed': 'true' } : {};
          return c.json(call, 202, { Location: `/v1/calls/${call.id}`, ...replayed });
        }
        case 'invalid':
          throw invalidRequest(accepted.faults);
        case 'key_reused':
        case 'still_running':
          throw refusedKey(accepted.result);
        case 'already_there':
          throw new Problem(
            'already_in_campaign',
            'The campaign has a call with this reference already. Take another reference for another call.',
          );
        case 'campaign_over':
          throw campaignOver();
        case 'window_full':
          throw windowFull(accepted.retryAfterMs);
      }
    },
  );
}

export function requireNotDraining(isDraining: () => boolean): void {
  if (!isDraining()) return;
  throw new Problem('draining', 'The gateway is shutting down and takes no new calls. Ask again.', {
    headers: { 'Retry-After': '5' },
  });
}

export function windowFull(retryAfterMs: number): Problem {
  return new Problem(
    'window_full',
    'Even at the best speed of the trunks, the calls that wait before it need all the time until its not_after. Take a later not_after or a higher priority, or ask again.',
    { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } },
  );
}

/** For what may ring a phone, and so must not be done twice. */
export function refusedKey(result: 'key_reused' | 'still_running'): Problem {
  if (result === 'key_reused')
    return new Problem(
      'key_reused',
      'This Idempotency-Key came with another body before. Take a new key for a new call.',
    );
  return new Problem(
    'still_running',
    'The first request with this Idempotency-Key has not been answered yet.',
    { headers: { 'Retry-After': '1' } },
  );
}

const cancelSchema = z
  .strictObject({
    hang_up: z.boolean().default(false).openapi({ description: 'End the call even if somebody is talking.' }),
  })
  .meta({ id: 'CancelRequest' });

function addCancelCall(table: RouteTable, { useCases }: CallRouteNeeds): void {
  table.add(
    {
      method: 'post',
      path: '/v1/calls/{id}/cancel',
      operationId: 'cancelCall',
      tag: 'Calls',
      summary: 'Cancel a call',
      description: 'Stops the ringing. A call that has ended stays as it is.',
      pathParameters: { id: 'The id of the call.' },
      scope: 'calls:write',
      query: z.object({}),
      body: { schema: cancelSchema, presence: 'optional' },
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'Nobody’s phone rings for this call any more.', schema: callSchema },
        202: { description: 'Its end was requested, but could not be proven in time.', schema: callSchema },
      },
      problems: ['not_found', 'call_in_progress', 'telephony_unavailable'],
    },
    async ({ c, principal, body }) => {
      const cancelled = await useCases.cancelCall({
        id: pathId('call', c.req.param('id')),
        hangUp: body.hang_up,
      });
      switch (cancelled.result) {
        case 'cancelled':
          return c.json(presentCall(cancelled.call, principal), 200);
        case 'cancelling':
          return c.json(presentCall(cancelled.call, principal), 202);
        case 'talking':
          throw new Problem(
            'call_in_progress',
            'Somebody is talking in this call. To end it all the same, send {"hang_up": true}.',
          );
        case 'not_found':
          throw notFound('call');
      }
    },
  );
}
