import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types, type PoolConfig } from 'pg';
import type { Log } from '../lib/log.ts';
import { runQuery, withClient } from './run-query.ts';
import type { Schema } from './schema.ts';

/**
 * Three pools on one database. `hot` runs the few prepared statements that every call costs: they look rows up by key, whatever the size of the
 * tables, so the planner is not given the choice of reading a whole table that it believes to be small (its plan is kept, and the
 * table grows). `bulk` is one pipelined connection for what is stored by the hundred: uploads share it, however many there are, and leave the others
 * to calls on the line. `query` is for everything else, through Kysely.
 */
export interface Database {
  readonly hot: Pool;
  readonly bulk: Pool;
  readonly query: Kysely<Schema>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Where the database is: from `startEmbeddedPostgres`, or `{ connectionString }`. */
  connection: PoolConfig;
  log: Log;
}

const keyLookupsOnly = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
  'jit=off',
];

/**
 * A new connection learns catalogue and plans anew, which costs as much as a hundred of its statements: they are few, and those that a pause leaves
 * idle are kept.
 */
const hotIdleMs = 600_000;

/** Opens no connection yet; that happens with the first query. */
export function openDatabase({ connection, log }: DatabaseOptions): Database {
  const lasting = { idleTimeoutMillis: hotIdleMs };
  const hot = openPool({ ...connection, ...lasting, max: 4, statement_timeout: 5000 }, keyLookupsOnly, log);
  const piped = { max: 1, pipeline: true, statement_timeout: 5000 };
  const bulk = openPool({ ...connection, ...lasting, ...piped }, keyLookupsOnly, log);
  const pool = openPool({ ...connection, max: 6, statement_timeout: 15_000 }, ['jit=off'], log);
  const query = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    hot,
    bulk,
    query,
    async close() {
      await Promise.all([hot.end(), bulk.end(), query.destroy()]);
    },
  };
}

/** Whether the database answers. @throws LedgerUnavailable */
export async function pingDatabase(database: Database): Promise<void> {
  await withClient(database.hot, (client) => runQuery(client, 'select 1'));
}

function openPool(config: PoolConfig, settings: readonly string[], log: Log): Pool {
  const pool = new Pool({
    connectionTimeoutMillis: 5000,
    // A server that went away without a word (a pulled cable) must not hold a query for ever.
    query_timeout: 20_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    application_name: 'ivrs-gateway',
    ...config,
    options: ['TimeZone=UTC', ...settings].map((setting) => `-c ${setting}`).join(' '),
    types: { getTypeParser },
  });
  // A connection that breaks while idle is reported here and nowhere else; without a listener that would end the process.
  // The error itself holds the whole client with its settings, so that only its words are logged.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ reason: error.message }, 'a connection to the database broke');
  });
  // Between two statements of a transaction nobody listens to it either; the next statement fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

type TypeId = Parameters<typeof types.getTypeParser>[0];
const { INT8, DATE, TIMESTAMPTZ } = types.builtins;

/** Instants come as milliseconds since 1970, days as `YYYY-MM-DD`, long integers as numbers: all of ours are below 2^53. */
function getTypeParser(type: TypeId, format?: 'text' | 'binary'): (text: string) => unknown {
  if (type === INT8) return Number;
  if (type === DATE) return (text) => text;
  if (type === TIMESTAMPTZ) return instantOf;
  return types.getTypeParser(type, format) as (text: string) => unknown;
}

/** `2026-11-21 03:04:05.678+00`, in UTC because the session is. */
function instantOf(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
}
