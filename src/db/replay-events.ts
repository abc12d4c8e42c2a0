import { sql, type Kysely } from 'kysely';
import type { DeliveryId, EndpointId, EventId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { wait } from '../lib/wait.ts';
import type { Database } from './database.ts';
import { oldestRunning, placeInFeed, type FeedPlace } from './event-feed.ts';
import { partitionLock } from './partitions.ts';
import { runQuery, translated, withClient } from './run-query.ts';
import type { Schema } from './schema.ts';

export interface ReplayRequest {
  endpoint: EndpointId;
  /** Null for all that are kept. */
  after: EventId | null;
  /** Fresh; the ids of the deliveries are made of it. */
  id: DeliveryId;
  /** Most events. */
  limit: number;
}

export type Replayed =
  /** `isComplete`: everything that was committed before the request is covered; else it goes on behind `nextAfter`. */
  | { result: 'replayed'; events: number; isComplete: boolean; nextAfter: EventId | null }
  /** There is no such event, or not any more. */
  | { result: 'gone' }
  | { result: 'not_found' }
  /** Nothing is sent to a disabled endpoint. */
  | { result: 'disabled' };

/** How long to wait for transactions that were running when the request came. They take milliseconds; a report may take hours. */
const longestWaitMs = 5_000;
const lookEveryMs = 20;

/**
 * Queues events of the feed for an endpoint once more: those behind `after` that were committed before the request and that the endpoint
 * wants, whatever became of them before.
 *
 * - Within a call they go out in order, since the queue holds back whatever has an earlier sequence before it; new events of the
 *   call, too, wait behind those that are replayed.
 * - What waits in the queue is not put there twice, but is tried at once. What is being sent at that moment is sent again in its place.
 * - They come due in the order of the feed, a microsecond apart, so that claims take each call from its beginning.
 * - The delivery that was made before stays as it is on record; this one has an id of its own.
 *
 * @throws LedgerUnavailable
 */
export async function replayEvents(
  { database, clock }: { database: Database; clock: Clock },
  request: ReplayRequest,
): Promise<Replayed> {
  const place = await withClient(database.hot, (client) => placeInFeed(client, request.after));
  if (place === null) return { result: 'gone' };
  const horizon = await feedReached(database, clock);
  return translated(() =>
    database.query.transaction().execute(async (transaction) => {
      // A day that is dropped meanwhile would leave deliveries without their events.
      await sql`select pg_advisory_xact_lock_shared(${partitionLock})`.execute(transaction);
      const state = await holdEndpoint(transaction, request.endpoint);
      if (state !== 'enabled') return { result: state };
      return queueAgain(transaction, { ...request, place, horizon, now: new Date(clock.now()) });
    }),
  );
}

/**
 * A transaction that began now; resolves when all before it are over and so in the feed, or after a while. (It takes a number of its own: the end of a
 * snapshot is behind the last that has ended, and may leave out those that run.)
 */
async function feedReached({ hot }: Database, clock: Clock): Promise<string> {
  const [begun] = await withClient(hot, (client) =>
    runQuery<{ xid: string }>(client, 'select pg_current_xact_id()::text as xid'),
  );
  const horizon = begun?.xid ?? '0';
  const isReached = async (): Promise<boolean> => {
    const text = `with ${oldestRunning} select xid >= $1::xid8 as reached from oldest_running`;
    const [row] = await withClient(hot, (client) =>
      runQuery<{ reached: boolean }>(client, { text, values: [horizon] }),
    );
    return row?.reached ?? false;
  };
  const endsAt = clock.now() + longestWaitMs;
  while (!(await isReached()) && clock.now() < endsAt) await wait(clock, lookEveryMs);
  return horizon;
}

/** Nobody changes or disables it until the transaction ends. */
async function holdEndpoint(
  transaction: Kysely<Schema>,
  id: EndpointId,
): Promise<'enabled' | 'disabled' | 'not_found'> {
  const select = transaction.selectFrom('webhook_endpoints').select('disabled_at').where('id', '=', id);
  const row = await select.forUpdate().executeTakeFirst();
  if (!row) return 'not_found';
  return row.disabled_at === null ? 'enabled' : 'disabled';
}

/** What somebody else has locked is being claimed or settled, and counts as being sent; waiting for it could end in a deadlock. */
async function queueAgain(
  transaction: Kysely<Schema>,
  at: ReplayRequest & { place: FeedPlace; horizon: string; now: Date },
): Promise<Replayed> {
  const { endpoint, place, now } = at;
  const { rows } = await sql<{ events: number; last: EventId | null; reached: boolean }>`
    with ${sql.raw(oldestRunning)},
    page as materialized (
      select e.day, e.id, e.xid, e.type, e.call_id, e.sequence, row_number() over (order by e.xid, e.id) as place
      from events e join webhook_endpoints w on w.id = ${endpoint} and (w.event_types is null or e.type = any(w.event_types))
      where (e.xid, e.id) > (${place.xid}::xid8, ${place.id}) and e.day >= ${place.fromDay}::date
        and e.xid < ${at.horizon}::xid8 and e.xid < (select xid from oldest_running)
      order by e.xid, e.id limit ${at.limit}
    ),
    waiting as materialized (
      select d.id, d.event_id, d.call_id from deliveries d
      where d.endpoint_id = ${endpoint} and (d.claimed_until is null or d.claimed_until <= ${now})
      for update skip locked
    ),
    queued as (
      insert into deliveries (id, endpoint_id, event_id, day, event_type, call_id, sequence, next_try_at, created_at)
      select 'dlv_' || substr(${at.id}, 5, 10) || lpad(p.place::text, 8, '0') || left(md5(p.id || ${at.id}), 8), ${endpoint}, p.id, p.day,
        p.type, p.call_id, p.sequence, ${now}::timestamptz - (${at.limit}::int - p.place) * interval '1 microsecond', ${now}
      from page p where not exists (select from waiting w where w.event_id = p.id)
    ),
    tried_at_once as (
      update deliveries d set next_try_at = ${now}, tries = 0 from waiting w
      where d.id = w.id and d.next_try_at > ${now}
        and (w.call_id in (select call_id from page) or w.event_id in (select id from page))
    )
    select (select count(*) from page) as events,
      (select id from page order by xid desc, id desc limit 1) as last,
      (select xid from oldest_running) >= ${at.horizon}::xid8 as reached`.execute(transaction);
  const { events = 0, last = null, reached = true } = rows[0] ?? {};
  const isComplete = reached && events < at.limit;
  return { result: 'replayed', events, isComplete, nextAfter: last ?? at.after };
}
