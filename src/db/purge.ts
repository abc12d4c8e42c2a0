import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import { buryDeliveries, dropOldSecrets } from './webhook-endpoint-store.ts';

/** The contract keeps an idempotency key until at least seven days after its call ended. */
const keepMs = 7 * 24 * 60 * 60 * 1000;
/** Rows a statement: small enough to hold nobody up. */
const batch = 5000;

/**
 * To be run daily: removes what has had its time, and buries deliveries that nobody will send. Events and settled deliveries go by the
 * day, see `maintainPartitions`.
 */
export async function purge(
  database: Database,
  options: { now: number },
): Promise<{ idempotencyKeys: number }> {
  const before = new Date(options.now - keepMs);
  let idempotencyKeys = 0;
  for (let removed = batch; removed === batch; idempotencyKeys += removed)
    removed = await purgeKeys(database, before);
  await buryDeliveries(database, 'The endpoint was deleted or disabled.');
  await dropOldSecrets(database, options.now);
  return { idempotencyKeys };
}

async function purgeKeys({ query }: Database, before: Date): Promise<number> {
  const remove = sql`
    delete from idempotency_keys where (owner, key) in (
      select k.owner, k.key from idempotency_keys k join calls c on c.id = k.call_id
      where k.created_at < ${before} and c.ended_at < ${before} limit ${batch})`;
  const { numAffectedRows } = await translated(() => remove.execute(query));
  return Number(numAffectedRows ?? 0);
}
