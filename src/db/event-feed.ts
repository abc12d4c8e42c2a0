import type { PoolClient } from 'pg';
import type { CallId, EventId } from '../domain/ids.ts';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { Database } from './database.ts';
import { dayMs, dayOf, dayOfEvent, type Day } from './event-day.ts';
import { runQuery, withClient } from './run-query.ts';

export type EventsAfter =
  | { result: 'events'; events: StoredEvent[] }
  /** There is no such event, or not any more. */
  | { result: 'gone' };

export interface EventFeed {
  /** Oldest first; from the beginning where `after` is null. */
  eventsAfter(after: EventId | null, limit: number): Promise<EventsAfter>;
}

interface EventRow {
  id: EventId;
  type: string;
  call_id: CallId | null;
  sequence: number | null;
  at: number;
  body: string;
}

const findEvent = `select xid::text from events where id = $1 and day = $2`;

/**
 * The oldest transaction that still runs and may write events.
 *
 * A snapshot knows the running transactions of the whole server; those that are seen to belong to another database write no events
 * here, and must not hold the feed up for the hours that somebody's report takes. One that has ended since the snapshot is not seen and counts.
 */
export const oldestRunning = `
oldest_running as materialized (
  select coalesce(
    (select running from pg_snapshot_xip(pg_current_snapshot()) as running
     where not exists (
       select from pg_stat_activity a
       where a.backend_xid = running::xid and a.datid <> (select oid from pg_database where datname = current_database()))
     order by running limit 1),
    pg_snapshot_xmax(pg_current_snapshot())) as xid
)`;

/**
 * In the order of (xid, id), and only of transactions that are older than every one that still runs: whatever is shown, nothing can appear
 * before it any more. (By id alone, a reader beside 15 writers lost 652 of 3,000 events: ids do not commit in their order.)
 *
 * $3 spares the days before: an event may commit later than one whose id is younger, but not by a day.
 */
const readFeed = `
with ${oldestRunning}
select id, type, call_id, sequence, at, body from events
where (xid, id) > ($1::xid8, $2) and day >= $3 and xid < (select xid from oldest_running)
order by xid, id limit $4`;

export function createEventFeed(database: Database): EventFeed {
  return {
    eventsAfter: (after, limit) =>
      withClient(database.hot, async (client) => {
        const place = await placeInFeed(client, after);
        if (place === null) return { result: 'gone' };
        const rows = await runQuery<EventRow>(client, {
          name: 'read_feed',
          text: readFeed,
          values: [place.xid, place.id, place.fromDay, limit],
        });
        return { result: 'events', events: rows.map(({ call_id: callId, ...row }) => ({ ...row, callId })) };
      }),
  };
}

/** Where the feed goes on: behind (xid, id), with nothing of the days before `fromDay`. */
export interface FeedPlace {
  xid: string;
  id: EventId | '';
  fromDay: Day;
}

/** Behind this event, or the beginning where it is null; null when there is no such event, or not any more. */
export async function placeInFeed(
  client: Pick<PoolClient, 'query'>,
  after: EventId | null,
): Promise<FeedPlace | null> {
  if (after === null) return { xid: '0', id: '', fromDay: '0001-01-01' as Day };
  const day = dayOfEvent(after);
  const query = { name: 'find_event', text: findEvent, values: [after, day] };
  const [found] = await runQuery<{ xid: string }>(client, query);
  return found ? { xid: found.xid, id: after, fromDay: dayOf(Date.parse(day) - dayMs) } : null;
}
