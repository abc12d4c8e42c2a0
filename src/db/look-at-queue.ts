import { sql } from 'kysely';
import type { QueueSeen, WaitingCalls } from '../domain/calls/queue-outlook.ts';
import { firstIdAt } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** Of one campaign, or of none: whoever has more waiting has more than enough. */
const mostCounted = 100_000;
const aheadMs = 24 * 3_600_000;
const measuredMs = 15 * 60_000;
const mostMeasured = 2_000;
/** Fewer attempts than this say nothing of how long calls are. */
const fewestMeasured = 20;

/**
 * What waits for the next day in the campaigns that run, and how long attempts of late kept their channels. Reads as many rows as wait, a hundred thousand
 * of a campaign at most: to be asked for now and then, not for every request.
 *
 * @throws LedgerUnavailable
 */
export async function lookAtQueue({ query }: Pick<Database, 'query'>, now: number): Promise<QueueSeen> {
  const at = new Date(now);
  const waiting = sql<WaitingCalls>`
    select s.campaign, q.priority, q.country, q.trunk,
      (extract(epoch from date_trunc('hour', greatest(q.next_attempt_at, ${at}))) * 1000)::float8 as "dueAt", count(*)::int as calls
    from (select '' as campaign union all select id from campaigns where status = 'running') s
    cross join lateral (
      select priority, country, trunk, next_attempt_at from queue
      where campaign = s.campaign and next_attempt_at <= ${new Date(now + aheadMs)} limit ${mostCounted}
    ) q
    group by 1, 2, 3, 4, 5`;
  const holds = sql<{ trunk: string; hold: number }>`
    select trunk, avg(greatest(extract(epoch from ended_at - send_at), 0))::float8 * 1000 as hold
    from (
      select trunk, send_at, ended_at from attempts
      where id > ${firstIdAt('att', now - measuredMs)} and ended_at is not null order by id desc limit ${mostMeasured}
    ) lately
    group by trunk having count(*) >= ${fewestMeasured}`;
  return translated(async () => {
    const [groups, measured] = [await waiting.execute(query), await holds.execute(query)];
    return {
      at: now,
      waiting: groups.rows,
      holdMs: new Map(measured.rows.map(({ trunk, hold }) => [trunk, hold])),
    };
  });
}
