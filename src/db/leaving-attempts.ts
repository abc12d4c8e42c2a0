import type { PoolClient } from 'pg';
import type { AttemptId } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { lookUpTogether } from './look-up-together.ts';
import { runQuery, withClient } from './run-query.ts';

/**
 * $1 attempts, $2 the epochs under which they are attended. A row for each that is about to leave from here on, with the opt-outs of its person. Rows are
 * locked in the order in which moves of several calls write them.
 */
const noteLeaving = `
with leaving as materialized (
  select a.id, a.person from unnest($1::text[], $2::bigint[]) as w(id, epoch)
  join attempts a on a.id = w.id and a.lease_epoch = w.epoch and a.ended_at is null
  order by a.person for no key update of a
),
noted as (update attempts a set unsent = false from leaving l where a.id = l.id)
select l.id, (select json_agg(o.scope order by o.scope) from opt_outs o where o.person = l.person) as opt_outs from leaving l`;

const noteStayingText = `update attempts set unsent = true where id = $1 and lease_epoch = $2 and ended_at is null`;

const isUnsentText = `select from attempts where id = $1 and unsent and ended_at is null`;

/** See `Ledger.noteLeaving`. Those whose instants come in one turn of the event loop are noted together. */
export function notingLeaving({
  hot,
}: Database): (attempt: { id: AttemptId; epoch: number }) => Promise<string[] | null> {
  const note = lookUpTogether(async (keys: string[]) => {
    const pairs = keys.map((key) => key.split(' '));
    const values = [pairs.map(([id]) => id), pairs.map(([, epoch]) => epoch)];
    const query = { name: 'note_leaving', text: noteLeaving, values };
    const rows = await withClient(hot, (client) =>
      runQuery<{ id: string; opt_outs: string[] | null }>(client, query),
    );
    const optOuts = new Map(rows.map((row) => [row.id, row.opt_outs ?? []]));
    return new Map(keys.map((key, index) => [key, optOuts.get(pairs[index]?.[0] ?? '') ?? null]));
  });
  return async ({ id, epoch }) => (await note(`${id} ${epoch}`)) ?? null;
}

/** See `Ledger.noteStaying`. */
export async function noteStaying(
  { hot }: Database,
  { id, epoch }: { id: AttemptId; epoch: number },
): Promise<void> {
  const query = { name: 'note_staying', text: noteStayingText, values: [id, epoch] };
  await withClient(hot, (client) => runQuery(client, query));
}

/** See `Ledger.isUnsent`. */
export async function isUnsent(client: PoolClient, id: AttemptId): Promise<boolean> {
  return (await runQuery(client, { name: 'is_unsent', text: isUnsentText, values: [id] })).length > 0;
}
