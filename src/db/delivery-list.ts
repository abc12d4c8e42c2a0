import { sql } from 'kysely';
import type { CallId, DeliveryId, EndpointId, EventId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';

/** A delivery as operators see it. */
export interface ListedDelivery {
  id: DeliveryId;
  endpointId: EndpointId;
  eventId: EventId;
  eventType: string;
  callId: CallId | null;
  state: 'pending' | 'delivered' | 'dead';
  tries: number;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: number;
  /** Null unless it is pending. */
  nextTryAt: number | null;
  /** Null while it is pending. */
  settledAt: number | null;
}

export interface DeliveryFilter {
  endpointId?: EndpointId;
  state?: ListedDelivery['state'];
  before?: DeliveryId;
  limit: number;
}

/** Newest first, by id; `before` is the id that the page before ended with. */
export async function listDeliveries(database: Database, filter: DeliveryFilter): Promise<ListedDelivery[]> {
  const pending =
    filter.state === undefined || filter.state === 'pending' ? await listPending(database, filter) : [];
  const settled = filter.state === 'pending' ? [] : await listSettled(database, filter);
  return [...pending, ...settled].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, filter.limit);
}

/** Counting ends here: who has so many dead deliveries need not know how many more there are. */
const mostCounted = 10_000;

/** How many of the newest dead deliveries each endpoint has; none where it is not named. */
export async function countDeadDeliveries({ query }: Database): Promise<Map<EndpointId, number>> {
  const counted = sql<{ endpoint_id: EndpointId; dead: number }>`
    select endpoint_id, count(*)::int as dead
    from (select endpoint_id from settled_deliveries where state = 'dead' order by id desc limit ${mostCounted}) newest group by 1`;
  const { rows } = await translated(() => counted.execute(query));
  return new Map(rows.map((row) => [row.endpoint_id, row.dead]));
}

const columns = [
  'id',
  'endpoint_id',
  'event_id',
  'event_type',
  'call_id',
  'tries',
  'last_status',
  'last_error',
  'created_at',
] as const;

async function listPending(
  { query }: Database,
  { endpointId, before, limit }: DeliveryFilter,
): Promise<ListedDelivery[]> {
  let select = query
    .selectFrom('deliveries')
    .select([...columns, 'next_try_at'])
    .orderBy('id', 'desc')
    .limit(limit);
  if (endpointId !== undefined) select = select.where('endpoint_id', '=', endpointId);
  if (before !== undefined) select = select.where('id', '<', before);
  const rows = await translated(() => select.execute());
  return rows.map((row) => ({
    ...sharedOf(row),
    state: 'pending',
    nextTryAt: row.next_try_at,
    settledAt: null,
  }));
}

async function listSettled(
  { query }: Database,
  { endpointId, state, before, limit }: DeliveryFilter,
): Promise<ListedDelivery[]> {
  let select = query
    .selectFrom('settled_deliveries')
    .select([...columns, 'state', 'settled_at'])
    .orderBy('id', 'desc')
    .limit(limit);
  if (endpointId !== undefined) select = select.where('endpoint_id', '=', endpointId);
  if (state === 'delivered' || state === 'dead') select = select.where('state', '=', state);
  if (before !== undefined) select = select.where('id', '<', before);
  const rows = await translated(() => select.execute());
  return rows.map((row) => ({
    ...sharedOf(row),
    state: row.state,
    nextTryAt: null,
    settledAt: row.settled_at,
  }));
}

interface SharedRow {
  id: string;
  endpoint_id: string;
  event_id: string;
  event_type: string;
  call_id: string | null;
  tries: number;
  last_status: number | null;
  last_error: string | null;
  created_at: number;
}

function sharedOf(row: SharedRow): Omit<ListedDelivery, 'state' | 'nextTryAt' | 'settledAt'> {
  return {
    id: row.id as DeliveryId,
    endpointId: row.endpoint_id as EndpointId,
    eventId: row.event_id as EventId,
    eventType: row.event_type,
    callId: row.call_id as CallId | null,
    tries: row.tries,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at,
  };
}
