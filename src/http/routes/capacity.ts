import { z } from '@hono/zod-openapi';
import type { UseCases } from '../../workflows/use-cases.ts';
import { capacitySchema, presentCapacity } from '../capacity-schema.ts';
import type { RouteTable } from '../route-table.ts';

export function addCapacityRoute(table: RouteTable, useCases: Pick<UseCases, 'readCapacity'>): void {
  table.add(
    {
      method: 'get',
      path: '/v1/capacity',
      operationId: 'readCapacity',
      tag: 'Trunks',
      summary: 'Read how many calls will fit',
      description:
        'By trunk: channels, speed, what waits, and how many more calls fit before the calling hours end. Seen at most some seconds ago. Calls that wait count for the trunk that is the first for their country.',
      scope: 'calls:read',
      query: z.object({}),
      body: null,
      needsIdempotencyKey: false,
      replies: {
        200: { description: 'Each trunk, in the order of the trunks file.', schema: capacitySchema },
      },
    },
    async ({ c }) => c.json(presentCapacity(await useCases.readCapacity())),
  );
}
