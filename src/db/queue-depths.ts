import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** How much is waiting. Counting ends at `mostCounted`: an operator need not know more, and a look costs the same on the worst day. */
export interface QueueDepths {
  /** Calls that may be dialled now, and wait for a channel, their pace, their hours or their sound. */
  callsDue: number;
  /** Deliveries that may be sent now, and those that wait for their next try. */
  deliveriesDue: number;
  deliveriesWaiting: number;
}

export const mostCounted = 100_000;

/** @param now milliseconds since 1970 @throws LedgerUnavailable */
export async function queueDepths({ query }: Pick<Database, 'query'>, now: number): Promise<QueueDepths> {
  const at = new Date(now);
  const count = sql<QueueDepths>`
    select
      (select count(*) from (
        select from unnest(enum_range(null::call_priority)) as p(priority)
        cross join lateral (
          select from calls c where c.priority = p.priority and c.next_attempt_at <= ${at} limit ${mostCounted}
        ) due limit ${mostCounted}
      ) counted) as "callsDue",
      (select count(*) from (select from deliveries where next_try_at <= ${at} limit ${mostCounted}) due) as "deliveriesDue",
      (select count(*) from (select from deliveries where next_try_at > ${at} limit ${mostCounted}) waiting) as "deliveriesWaiting"`;
  const { rows } = await translated(() => count.execute(query));
  return rows[0] ?? { callsDue: 0, deliveriesDue: 0, deliveriesWaiting: 0 };
}
