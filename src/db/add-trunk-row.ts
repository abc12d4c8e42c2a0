import type { PoolClient } from 'pg';
import { isoInstant } from '../lib/iso-instant.ts';
import { runQuery } from './run-query.ts';

const addTrunk = `insert into trunks (name, next_send_at) values ($1, $2) on conflict (name) do nothing`;

/** A trunk that is dialled over for the first time. */
export async function addTrunkRow(
  client: PoolClient,
  { trunk, now }: { trunk: string; now: number },
): Promise<void> {
  await runQuery(client, { name: 'add_trunk', text: addTrunk, values: [trunk, isoInstant(now)] });
}
