import { parseDurationMs } from '../../lib/duration.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { pathId } from '../path-id.ts';
import { notFound, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import {
  replayedSchema,
  replaySchema,
  rotatedSecretSchema,
  secretRotationSchema,
} from '../webhook-endpoint-schema.ts';
import { ofOneEndpoint } from './webhook-endpoints.ts';

export function addRotateSecretRoute(
  table: RouteTable,
  useCases: Pick<UseCases, 'rotateWebhookSecret'>,
): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/rotate-secret',
      operationId: 'rotateWebhookSecret',
      summary: 'Give an endpoint a new secret',
      description:
        'For 24 hours, or as long as `overlap` says, each message has two signatures, by the new secret and by the old one. Then the old one is dropped. Rotating once more meanwhile drops it at once.',
      body: { schema: secretRotationSchema, presence: 'optional' },
      replies: { 200: { description: 'The new secret.', schema: rotatedSecretSchema } },
    },
    async ({ c, body }) => {
      const rotated = await useCases.rotateWebhookSecret({
        id: pathId('whe', c.req.param('id')),
        overlapMs: parseDurationMs(body.overlap) ?? 0,
      });
      if (rotated.result === 'not_found') throw notFound('webhook endpoint');
      const { secret, previousUntil } = rotated;
      const until = previousUntil === null ? null : new Date(previousUntil).toISOString();
      return c.json({ secret, previous_secret_until: until });
    },
  );
}

export function addReplayRoute(table: RouteTable, useCases: Pick<UseCases, 'replayWebhookEvents'>): void {
  table.add(
    {
      ...ofOneEndpoint,
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/replay',
      operationId: 'replayWebhookEvents',
      summary: 'Have events delivered once more',
      description:
        'Every event behind `after` in the feed that was there before this request, and that the endpoint wants, whatever became of it before: the same bytes under the same `webhook-id`, in order within each call, and before whatever that call reports from now on. At most 10,000 at once.',
      body: { schema: replaySchema, presence: 'required' },
      replies: { 202: { description: 'They are queued.', schema: replayedSchema } },
      problems: ['not_found', 'endpoint_disabled', 'events_gone'],
    },
    async ({ c, body }) => {
      const replayed = await useCases.replayWebhookEvents({
        id: pathId('whe', c.req.param('id')),
        after: body.after,
      });
      switch (replayed.result) {
        case 'replayed':
          return c.json(
            { events: replayed.events, complete: replayed.isComplete, next_after: replayed.nextAfter },
            202,
          );
        case 'gone':
          throw new Problem(
            'events_gone',
            'This event is unknown, or older than what is kept. Replay with `after` null for all that is kept.',
          );
        case 'disabled':
          throw new Problem(
            'endpoint_disabled',
            'Nothing is sent to a disabled endpoint. Enable it first: PATCH it with {"enabled": true}.',
          );
        case 'not_found':
          throw notFound('webhook endpoint');
      }
    },
  );
}
