import type { PoolClient } from 'pg';
import type { Call, Priority } from '../domain/calls/call.ts';
import { assert } from '../lib/assert.ts';
import { instant } from './call-row.ts';
import { callOf, fromCalls, selectCall, type LoadedRow } from './load-call.ts';
import { runQuery } from './run-query.ts';

/**
 * What waits to be dialled, without a lock. Each priority is looked up by itself, in the order of the index `calls_due`, so that a look
 * costs the same however many calls wait for a later time. Whoever is on the phone for another call is passed over: their calls
 * are due when that attempt has ended. (`offset 0`: looked up for each, not joined with all that are live.)
 */
const due = (until: string, priorities = 'unnest(enum_range(null::call_priority)) as p(priority)') => `
from ${priorities}
cross join lateral (
  select id, person, priority, next_attempt_at from calls c
  where c.priority = p.priority and ${until}
    and not exists (select from attempts a where a.person = c.person and a.ended_at is null offset 0)
  order by next_attempt_at, id`;

/** $3, $4, $5: the place of the call after which to look on. A bound for each priority, so that the index serves it. */
const prioritiesAfter = `(
  select priority, case when priority = $3 then $4::timestamptz else '-infinity' end as after_at,
    case when priority = $3 then $5 else '' end as after_id
  from unnest(enum_range($3::call_priority, null)) as q(priority)
) p`;
const isDueAfter = '(c.next_attempt_at, c.id) > (p.after_at, p.after_id) and c.next_attempt_at <= $1';

const selectDue = `
with first_of_person as (
  select distinct on (c.person) c.* ${due(isDueAfter, prioritiesAfter)} limit $2) c
  order by c.person, c.priority, c.next_attempt_at, c.id
)
${selectCall}${fromCalls} join (select id from first_of_person order by priority, next_attempt_at, id limit $2) due on due.id = c.id
order by c.priority, c.next_attempt_at, c.id`;

/** See `Ledger.dueCalls`. */
export async function dueCalls(
  client: PoolClient,
  { until, limit, after }: { until: number; limit: number; after: Call | undefined },
): Promise<Call[]> {
  const rows = await runQuery<LoadedRow>(client, {
    name: 'due_calls',
    text: selectDue,
    values: [instant(until), limit, ...placeOf(after)],
  });
  return rows.map(callOf);
}

function placeOf(call: Call | undefined): [priority: Priority, at: string, id: string] {
  if (call === undefined) return ['emergency', '-infinity', ''];
  const { state, priority, id } = call;
  assert('nextAttemptAt' in state, 'a call that is due waits');
  return [priority, instant(state.nextAttemptAt), id];
}
