import {
  usualLeaseTiming,
  type GatewayId,
  type Lease,
  type LeaseBoard,
  type LeaseTiming,
} from '../domain/asterisks/lease.ts';
import type { Database } from './database.ts';
import { runQuery, withClient } from './run-query.ts';

/** Leases and the gateways that live, by the database's clock; the rules are those of `domain/asterisks`. */
export interface LeaseStore {
  /** Says that this gateway lives, prolongs what it holds, and tells how all stands afterwards. */
  look(me: LookAtLeases): Promise<LeaseBoard>;
  /**
   * Takes a lease that stood as it was seen, and is given back, has expired, or belonged to who is known to be dead. Null where somebody was
   * there first.
   */
  take(taking: TakeLease): Promise<Lease | null>;
  /** So that others need not wait for its end. A lease that was lost meanwhile stays as it is. */
  giveBack(gateway: GatewayId, lease: Lease): Promise<void>;
  /** This gateway ends: nobody leaves anything to it any more. */
  leave(gateway: GatewayId): Promise<void>;
}

export interface LookAtLeases {
  gateway: GatewayId;
  /** Asterisks that it knows: their leases are there from now on. */
  knows: readonly string[];
  drives: readonly string[];
  held: readonly Lease[];
}

export interface TakeLease {
  gateway: GatewayId;
  lease: Lease;
  /** Processes that are known to have ended. */
  dead: readonly GatewayId[];
}

const addAsterisks = `insert into asterisks (name) select unnest($1::text[]) on conflict (name) do nothing`;

/** $1 gateway, $2 what it drives, $3 milliseconds of a lease, $4 and $5 the names and epochs of its leases. */
const prolong = `
with alive as (
  insert into gateways (id, drives, alive_until) values ($1, $2, now() + $3::int * interval '1 ms')
  on conflict (id) do update set drives = excluded.drives, alive_until = excluded.alive_until
),
forgotten as (delete from gateways where alive_until < now() - interval '1 hour')
update asterisks a set expires_at = now() + $3::int * interval '1 ms'
from unnest($4::text[], $5::bigint[]) as held(name, epoch)
where a.name = held.name and a.epoch = held.epoch and a.holder = $1`;

/** $3, in what follows, is the grace after the database's own start. */
const isFree = (start: string): string =>
  `(holder is null or (expires_at <= now() and now() > ${start} + $3::int * interval '1 ms'))`;

const takeLease = (start: string): string => `
update asterisks set holder = $1, epoch = epoch + 1, expires_at = now() + $2::int * interval '1 ms'
where name = $4 and epoch = $5 and (holder = any($6::text[]) or ${isFree(start)})
returning epoch`;

const standing = (start: string): string => `
select name, epoch, holder, case when ${isFree(start).replace('$3', '$1')} then (extract(epoch from now() - expires_at) * 1000)::bigint end as free_for_ms
from asterisks order by name`;

/** @param options.start when the database was started, as an expression of SQL */
export function createLeaseStore(
  { hot }: Pick<Database, 'hot'>,
  options: { timing?: LeaseTiming; start?: string } = {},
): LeaseStore {
  const { leaseMs, databaseGraceMs } = options.timing ?? usualLeaseTiming;
  const start = options.start ?? 'pg_postmaster_start_time()';
  const known = new Set<string>();
  const run = <Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
    withClient(hot, (client) => runQuery<Row>(client, { name, text, values }));

  return {
    async look({ gateway, knows, drives, held }) {
      if (!knows.every((name) => known.has(name))) await run('add_asterisks', addAsterisks, [knows]);
      for (const name of knows) known.add(name);
      const [names, epochs] = [held.map(({ asterisk }) => asterisk), held.map(({ epoch }) => epoch)];
      await run('prolong_leases', prolong, [gateway, drives, leaseMs, names, epochs]);
      const leases = await run<StandingRow>('leases', standing(start), [databaseGraceMs]);
      const alive = `select id, drives from gateways where alive_until > now() order by id`;
      return {
        leases: leases.map(({ name, epoch, holder, free_for_ms: freeForMs }) => ({
          ...{ asterisk: name, epoch, holder, freeForMs },
        })),
        gateways: await run<{ id: GatewayId; drives: string[] }>('gateways', alive, []),
      };
    },
    async take({ gateway, lease: { asterisk, epoch }, dead }) {
      const values = [gateway, leaseMs, databaseGraceMs, asterisk, epoch, dead];
      const [row] = await run<{ epoch: number }>('take_lease', takeLease(start), values);
      return row === undefined ? null : { asterisk, epoch: row.epoch };
    },
    async giveBack(gateway, { asterisk, epoch }) {
      const text = `update asterisks set holder = null, expires_at = now() where name = $2 and epoch = $3 and holder = $1`;
      await run('give_lease_back', text, [gateway, asterisk, epoch]);
    },
    async leave(gateway) {
      await run('leave', 'delete from gateways where id = $1', [gateway]);
    },
  };
}

interface StandingRow {
  name: string;
  epoch: number;
  holder: GatewayId | null;
  free_for_ms: number | null;
}
