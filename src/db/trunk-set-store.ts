import type { PoolClient } from 'pg';
import { usualLeaseTiming, type GatewayId } from '../domain/asterisks/lease.ts';
import type { Database } from './database.ts';
import { inTransaction, runQuery, withClient } from './run-query.ts';

/** Trunks as a file has them, each an object of JSON with its name. */
export interface WrittenTrunks {
  revision: number;
  trunks: readonly WrittenTrunk[];
}

export interface WrittenTrunk {
  readonly name: string;
}

/** The trunks that are in force for all gateways. */
export interface TrunkSetStore {
  /** Null before the first were put. */
  inForce(): Promise<WrittenTrunks | null>;
  /**
   * Puts what `decide` gives in the place of what is in force, or nothing where it gives null. Of several at once one decides after the other, and
   * each sees whether others live.
   */
  agree(
    who: { gateway: GatewayId; isDead: (gateway: GatewayId) => boolean },
    decide: (seen: { inForce: WrittenTrunks | null; isAlone: boolean }) => WrittenTrunks | null,
  ): Promise<void>;
}

/** Any number, the same in every gateway. */
const agreementLock = 4_847_003;

/** Whoever asks lives, and counts for those who ask after it. */
const seeOthers = `
with me as (
  insert into gateways (id, drives, alive_until) values ($1, '{}', now() + $2::int * interval '1 ms')
  on conflict (id) do update set alive_until = greatest(gateways.alive_until, excluded.alive_until)
)
select id from gateways where id <> $1 and alive_until > now()`;

const readSet = `select name, revision, definition from trunk_definitions order by position`;

export function createTrunkSetStore({ hot }: Pick<Database, 'hot'>): TrunkSetStore {
  return {
    inForce: () => withClient(hot, inForceOn),
    agree: ({ gateway, isDead }, decide) =>
      inTransaction(hot, async (client) => {
        await runQuery(client, `select pg_advisory_xact_lock(${agreementLock})`);
        const values = [gateway, usualLeaseTiming.leaseMs];
        const others = await runQuery<{ id: GatewayId }>(client, { text: seeOthers, values });
        const isAlone = others.every(({ id }) => isDead(id));
        const put = decide({ inForce: await inForceOn(client), isAlone });
        if (put !== null) await putOn(client, put);
      }),
  };
}

async function inForceOn(client: PoolClient): Promise<WrittenTrunks | null> {
  type Row = { revision: number; definition: WrittenTrunk };
  const rows = await runQuery<Row>(client, { name: 'trunks_in_force', text: readSet, values: [] });
  const [first] = rows;
  return first ? { revision: first.revision, trunks: rows.map(({ definition }) => definition) } : null;
}

async function putOn(client: PoolClient, { revision, trunks }: WrittenTrunks): Promise<void> {
  await runQuery(client, 'delete from trunk_definitions');
  await runQuery(client, {
    text: `insert into trunk_definitions (name, position, revision, definition)
      select trunk->>'name', place, $2, trunk from jsonb_array_elements($1::jsonb) with ordinality as t(trunk, place)`,
    values: [JSON.stringify(trunks), revision],
  });
}
