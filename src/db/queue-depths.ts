import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** How much is waiting. Counting ends at `mostCounted`: an operator need not know more. */
export interface QueueDepths {
  /** Calls whose time has come: they wait for a channel, their pace, their sound, or their campaign to go on. */
  callsDue: number;
  /** Deliveries that may be sent now, and those that wait for their next try. */
  deliveriesDue: number;
  deliveriesWaiting: number;
}

const mostCounted = 100_000;

/** @param now milliseconds since 1970 @throws LedgerUnavailable */
export async function queueDepths({ query }: Pick<Database, 'query'>, now: number): Promise<QueueDepths> {
  const at = new Date(now);
  const count = sql<QueueDepths>`
    select
      (select count(*) from (select from queue where next_attempt_at <= ${at} limit ${mostCounted}) due) as "callsDue",
      (select count(*) from (select from deliveries where next_try_at <= ${at} limit ${mostCounted}) due) as "deliveriesDue",
      (select count(*) from (select from deliveries where next_try_at > ${at} limit ${mostCounted}) waiting) as "deliveriesWaiting"`;
  const { rows } = await translated(() => count.execute(query));
  return rows[0] ?? { callsDue: 0, deliveriesDue: 0, deliveriesWaiting: 0 };
}
