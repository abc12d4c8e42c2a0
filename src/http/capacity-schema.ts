import { z } from '@hono/zod-openapi';
import type { TrunkCapacity } from '../workflows/read-capacity.ts';

const count = z.int().min(0);

export const capacitySchema = z
  .strictObject({
    data: z.array(
      z.strictObject({
        trunk: z.string(),
        condition: z.string().openapi({ description: 'As `GET /v1/trunks` has it.' }),
        channels: z.strictObject({
          total: count,
          reserved_for_incoming: count,
          in_use: count,
          free: count.openapi({ description: 'That outgoing calls may take now.' }),
        }),
        calls_per_second: z.number().openapi({
          description:
            'At best: by its pace, and by its channels and how long calls of the last quarter of an hour kept them.',
        }),
        basis: z.enum(['measured', 'configured']).openapi({
          description:
            '`configured`: too few calls have ended to tell how long they are, so the pace alone counts.',
        }),
        queue_ahead: z.strictObject({ emergency: count, high: count, normal: count }).openapi({
          description:
            'Calls that wait and are due before the window closes, of campaigns that run and of none.',
        }),
        time_zone: z.string(),
        window_closes_at: z.iso.datetime().nullable().openapi({
          description:
            'The end of the default calling hours, where the trunk’s numbers are; UTC where they are of several countries.',
        }),
        will_fit: count.openapi({
          description: 'More calls that could be dialled before that, behind those that wait.',
        }),
      }),
    ),
  })
  .meta({ id: 'Capacity' });

export function presentCapacity(trunks: readonly TrunkCapacity[]): z.input<typeof capacitySchema> {
  return { data: trunks.map(presentTrunkCapacity) };
}

function presentTrunkCapacity({ trunk, live, ...rest }: TrunkCapacity) {
  return {
    trunk: trunk.name,
    condition: rest.condition,
    channels: {
      total: trunk.channels,
      reserved_for_incoming: trunk.reservedForIncoming,
      in_use: live,
      free: rest.free,
    },
    calls_per_second: Math.round(rest.perSecond * 100) / 100,
    basis: rest.isMeasured ? ('measured' as const) : ('configured' as const),
    queue_ahead: rest.queueAhead,
    time_zone: rest.timeZone,
    window_closes_at: rest.windowClosesAt === null ? null : new Date(rest.windowClosesAt).toISOString(),
    will_fit: rest.willFit,
  };
}
