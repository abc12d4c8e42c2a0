import type { QueryConfig } from 'pg';
import type { CallId, DeliveryId, EndpointId, EventId } from '../domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryQueue,
  Settlement,
} from '../domain/webhooks/delivery.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { openerOfSecrets } from './endpoint-secrets.ts';
import { runQuery, withClient } from './run-query.ts';
import type { Vault } from './vault.ts';

/**
 * What a delivery may not overtake: an earlier one of the same endpoint and call that is still in the queue. Sequences are committed in
 * their order, so whatever is not there now was settled. (`offset 0` keeps the planner from joining the whole queue with itself.)
 */
const isFirstOfItsCall = (isThere = '') => `not exists (
  select from deliveries e where e.endpoint_id = d.endpoint_id and e.call_id = d.call_id and e.sequence < d.sequence${isThere} offset 0)`;

/**
 * $1 now, $2 most in all, $3 most for an endpoint, $4 endpoints to be left out, $5 end of the lease. Taken in turns: every endpoint's first, then
 * every endpoint's second, so that a backlog delays its own endpoint alone.
 */
const claimFirst = (isFirst: string) => `
due as (
  select d.id, d.turn
  from webhook_endpoints w
  cross join lateral (
    select id, row_number() over (order by next_try_at, id) as turn from (
      select d.id, d.next_try_at from deliveries d
      where d.endpoint_id = w.id and d.next_try_at <= $1 and (d.claimed_until is null or d.claimed_until <= $1) and ${isFirst}
      order by d.next_try_at limit $3
    ) first
  ) d
  where w.disabled_at is null and w.id <> all($4)
),
picked as (select id from due order by turn limit $2),
locked as (
  select id from deliveries
  where id = any(array(select id from picked)) and next_try_at <= $1 and (claimed_until is null or claimed_until <= $1)
  for update skip locked
),
claimed as (update deliveries d set claimed_until = $5 from locked where d.id = locked.id returning d.*)
select c.id, c.endpoint_id, c.event_id, c.call_id, c.tries, w.url, w.sealed_secret, w.numbers, e.body,
  case when w.previous_secret_until > $1 then w.previous_sealed_secret end as previous_sealed_secret
from claimed c
join webhook_endpoints w on w.id = c.endpoint_id
join events e on e.id = c.event_id and e.day = c.day
order by c.next_try_at, c.id`;

const claim = `with ${claimFirst(isFirstOfItsCall())}`;

/**
 * Results as a JSON array. What is over moves to settled_deliveries, what failed waits; and whatever waits behind it in its call
 * is not looked at before then, and in nobody's hands any more.
 */
const settleFirst = (results: string) => `
results as (
  select * from jsonb_to_recordset(${results}::jsonb) as r(id text, state text, tries int, status int, error text, at timestamptz)
),
over as (
  delete from deliveries d using results r where d.id = r.id and r.state <> 'pending'
  returning d.id, d.endpoint_id, d.event_id, d.day, d.event_type, d.call_id, d.created_at, r.state, r.tries, r.status, r.error, r.at
),
kept as (
  insert into settled_deliveries (id, endpoint_id, event_id, day, event_type, call_id, created_at, state, tries, last_status, last_error,
    settled_at)
  select * from over
),
failed as (
  update deliveries d set tries = r.tries, next_try_at = r.at, claimed_until = null, last_status = r.status, last_error = r.error
  from results r where d.id = r.id and r.state = 'pending'
  returning d.id, d.endpoint_id, d.call_id, d.sequence, d.next_try_at
),
behind as (
  update deliveries d set next_try_at = f.next_try_at, claimed_until = null from failed f
  where d.endpoint_id = f.endpoint_id and d.call_id = f.call_id and d.sequence > f.sequence
    and (d.next_try_at is distinct from f.next_try_at or d.claimed_until is not null)
)`;

const settle = `with ${settleFirst('$1')} select`;

/**
 * Both at once, $6 the results. A statement sees what it deletes, and the leases that it ends, as they were before; so what is over is named ($7)
 * to be looked past, and what has a result ($8) is not claimed.
 */
const firstBesideResults = `${isFirstOfItsCall(' and e.id <> all($7)')} and d.id <> all($8)`;
const settleAndClaim = `with ${settleFirst('$6')},${claimFirst(firstBesideResults)}`;

/** $1 now. What is overdue is somebody's that claimed it, or waits behind another of its call. */
const next = `
select min(d.next_try_at) as at
from webhook_endpoints w
cross join lateral (
  select d.next_try_at from deliveries d where d.endpoint_id = w.id and d.next_try_at > $1 order by d.next_try_at limit 1
) d
where w.disabled_at is null`;

export function createDeliveryQueue({ hot }: Database, vault: Vault): DeliveryQueue {
  const secretsOf = openerOfSecrets(vault);
  return {
    async claimDeliveries(request) {
      const query = claimQuery(request);
      const rows = await withClient(hot, (client) => runQuery<ClaimedRow>(client, query));
      return rows.map((row) => {
        const { endpoint_id: id, sealed_secret: secret, previous_sealed_secret: previous } = row;
        return claimedDeliveryOf(row, secretsOf(id, { secret, previous }));
      });
    },
    async settle(settlements) {
      const values = [JSON.stringify(settlements.map(resultOf))];
      await withClient(hot, (client) =>
        runQuery(client, { name: 'settle_deliveries', text: settle, values }),
      );
    },
    async nextDeliveryAt(now) {
      const query = { name: 'next_delivery', text: next, values: [isoInstant(now)] };
      const [row] = await withClient(hot, (client) => runQuery<{ at: number | null }>(client, query));
      return row?.at ?? null;
    },
  };
}

interface ClaimedRow {
  id: DeliveryId;
  endpoint_id: EndpointId;
  event_id: EventId;
  call_id: CallId | null;
  tries: number;
  url: string;
  sealed_secret: Buffer;
  /** Null unless it still counts. */
  previous_sealed_secret: Buffer | null;
  numbers: 'masked' | 'clear';
  body: string;
}

function claimQuery(request: DeliveryClaim): QueryConfig {
  const { settled = [] } = request;
  const values = claimValues(request);
  if (settled.length === 0) return { name: 'claim_deliveries', text: claim, values };
  const over = settled.filter(({ state }) => state !== 'pending').map(({ id }) => id);
  values.push(
    JSON.stringify(settled.map(resultOf)),
    over,
    settled.map(({ id }) => id),
  );
  return { name: 'settle_and_claim', text: settleAndClaim, values };
}

function claimValues({ now, leaseMs, limit, perEndpoint, except }: DeliveryClaim): unknown[] {
  return [isoInstant(now), limit, perEndpoint, except, isoInstant(now + leaseMs)];
}

function claimedDeliveryOf(row: ClaimedRow, secrets: string[]): ClaimedDelivery {
  const { id, tries, url, numbers, body } = row;
  const { endpoint_id: endpointId, event_id: eventId, call_id: callId } = row;
  return { id, endpointId, eventId, callId, tries, url, secrets, numbers, body };
}

function resultOf(settlement: Settlement) {
  const { id, state, tries, status } = settlement;
  const error = state === 'delivered' ? null : settlement.error;
  return {
    id,
    state,
    tries,
    status,
    error,
    at: isoInstant(state === 'pending' ? settlement.nextTryAt : settlement.at),
  };
}
