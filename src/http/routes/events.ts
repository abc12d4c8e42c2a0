import { z } from '@hono/zod-openapi';
import { isId, type EventId } from '../../domain/ids.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { encodeCursor } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { eventSchema } from '../event-schema.ts';
import { listSchema } from '../list-schema.ts';
import { Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

const isEventId = (text: string): text is EventId => isId('evt', text);

const feedQuery = z.object({
  after: plainText({ max: 64 })
    .refine(isEventId, { error: 'must be the id of an event' })
    .optional()
    .openapi({
      description:
        'The last event that you have seen. Beside a `cursor`, which leads on from there, it says nothing.',
    }),
  limit: limitParameter,
  cursor: cursorParameter(isEventId),
});

/** The same events as the webhooks bring, by pull: whoever was down can heal itself. */
export function addEventRoutes(table: RouteTable, useCases: Pick<UseCases, 'readEvents'>): void {
  table.add(
    {
      method: 'get',
      path: '/v1/events',
      operationId: 'listEvents',
      tag: 'Events',
      summary: 'Read the feed of events',
      description:
        'An event appears only when none before it can still appear. To go on later, ask `after` the last event that you saw. Numbers are masked here for every key: a replay sends them in clear to an endpoint that has `numbers: clear`.',
      scope: 'calls:read',
      query: feedQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: {
          description: 'A page of events, oldest first.',
          schema: listSchema(eventSchema, 'oldest first'),
        },
      },
      problems: ['events_gone'],
    },
    async ({ c, query }) => {
      const page = await useCases.readEvents({
        after: query.cursor ?? query.after ?? null,
        limit: query.limit,
      });
      if (page.result === 'gone')
        throw new Problem(
          'events_gone',
          'This event is unknown, or older than what is kept. Begin again without `after`.',
        );
      return c.body(renderPage(page, query.limit), 200, { 'Content-Type': 'application/json' });
    },
  );
}

/** Bodies are kept as text, and go out as they are: the very bytes of the webhook. */
function renderPage(page: { bodies: readonly string[]; last: EventId | null }, limit: number): string {
  const nextCursor = page.bodies.length >= limit && page.last !== null ? encodeCursor(page.last) : null;
  return `{"data":[${page.bodies.join(',')}],"next_cursor":${JSON.stringify(nextCursor)}}`;
}
