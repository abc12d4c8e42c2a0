import type { PoolClient } from 'pg';
import type { Call, Priority } from '../domain/calls/call.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { callOf, fromCalls, selectCall, type LoadedRow } from './load-call.ts';
import { runQuery } from './run-query.ts';

/**
 * What waits to be dialled, without a lock. Each campaign that runs, what belongs to none (''), and in them each priority, is looked up by itself, in the
 * order of the index `queue_due`: so a look costs the same however many calls wait for a later time, or for their campaign to run.
 * Whoever is on the phone for another call is passed over: their calls are due when that attempt has ended. (`offset 0`: looked up for
 * each, not joined with all that are live.) $1 until when, $2 how many of each.
 */
const due = (priorities: string, place: string) => `
with source as (
  select '' as campaign
  union all
  select id from campaigns where status = 'running' and pilot_left is distinct from 0
    and (calls_per_second is null or next_send_at <= $1)
),
waiting as (
  select c.*, row_number() over (partition by s.campaign order by c.priority, c.next_attempt_at, c.id) as rank
  from source s
  cross join ${priorities}
  cross join lateral (
    select call_id as id, person, priority, next_attempt_at from queue q
    where q.campaign = s.campaign and q.priority = p.priority and ${place} and q.next_attempt_at <= $1
      and not exists (select from attempts a where a.person = q.person and a.ended_at is null offset 0)
    order by next_attempt_at, call_id limit $2
  ) c
),
first_of_person as (select distinct on (person) * from waiting order by person, priority, next_attempt_at, id)`;

/** One campaign's turn after the other's, so that a long backlog of one keeps none of the others waiting. */
const selectFair = `${due('unnest(enum_range(null::call_priority)) as p(priority)', 'true')}
${selectCall}${fromCalls} join (
  select id, rank from first_of_person order by priority, rank, next_attempt_at, id limit $2
) due on due.id = c.id
order by c.priority, due.rank, c.next_attempt_at, c.id`;

/** $3, $4, $5: the place of the call after which to look on. A bound for each priority, so that the index serves it. */
const prioritiesAfter = `(
  select priority, case when priority = $3 then $4::timestamptz else '-infinity' end as after_at,
    case when priority = $3 then $5 else '' end as after_id
  from unnest(enum_range($3::call_priority, null)) as q(priority)
) p`;
const selectAfter = `${due(prioritiesAfter, '(q.next_attempt_at, q.call_id) > (p.after_at, p.after_id)')}
${selectCall}${fromCalls} join (
  select id from first_of_person order by priority, next_attempt_at, id limit $2
) due on due.id = c.id
order by c.priority, c.next_attempt_at, c.id`;

/** See `Ledger.dueCalls`. */
export async function dueCalls(
  client: PoolClient,
  { until, limit, after }: { until: number; limit: number; after: Call | null | undefined },
): Promise<Call[]> {
  const values = [isoInstant(until), limit];
  const query =
    after === undefined
      ? { name: 'due_calls_fair', text: selectFair, values }
      : { name: 'due_calls_after', text: selectAfter, values: [...values, ...placeOf(after)] };
  const rows = await runQuery<LoadedRow>(client, query);
  return rows.map(callOf);
}

function placeOf(call: Call | null): [priority: Priority, at: string, id: string] {
  if (call === null) return ['emergency', '-infinity', ''];
  const { state, priority, id } = call;
  assert('nextAttemptAt' in state, 'a call that is due waits');
  return [priority, isoInstant(state.nextAttemptAt), id];
}
