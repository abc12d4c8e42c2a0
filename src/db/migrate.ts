import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { migrations } from './migrations/migrations.ts';
import { runQuery, withClient } from './run-query.ts';

export class DatabaseNewer extends Error {
  override readonly name = 'DatabaseNewer';
  readonly code = 'database_newer';
}

export interface MigrationState {
  applied: string[];
  pending: string[];
  /** Applied by a newer version of this program. */
  unknown: string[];
}

/** Any number, the same in every gateway: who holds this advisory lock migrates, the others wait and find it done. */
const migrationLock = 4_847_001;

/**
 * Brings the database up to this program, each migration in a transaction of its own.
 * @throws DatabaseNewer before anything is touched
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  return withClient(database.hot, async (client) => {
    await runQuery(client, 'set statement_timeout = 0');
    await runQuery(client, `select pg_advisory_lock(${migrationLock})`);
    const { pending, unknown } = await stateOn(client);
    if (unknown.length > 0) throw new DatabaseNewer(newerSentence(unknown));
    for (const name of pending) await apply(client, name);
    await runQuery(client, `select pg_advisory_unlock(${migrationLock})`);
    await runQuery(client, 'reset statement_timeout');
    return { applied: pending };
  });
}

/** For readiness. */
export async function migrationState(database: Database): Promise<MigrationState> {
  return withClient(database.hot, stateOn);
}

async function stateOn(client: PoolClient): Promise<MigrationState> {
  const [found] = await runQuery<{ there: boolean }>(
    client,
    `select to_regclass('schema_migrations') is not null as there`,
  );
  const rows = found?.there
    ? await runQuery<{ name: string }>(client, 'select name from schema_migrations order by name')
    : [];
  const applied = rows.map((row) => row.name);
  const known = migrations.map((migration) => migration.name);
  return {
    applied: applied.filter((name) => known.includes(name)),
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function apply(client: PoolClient, name: string): Promise<void> {
  const migration = migrations.find((each) => each.name === name);
  await runQuery(client, 'begin');
  await runQuery(
    client,
    `create table if not exists schema_migrations (
       name text not null, applied_at timestamptz not null default now(),
       constraint schema_migrations_pkey primary key (name))`,
  );
  await runQuery(client, migration?.sql ?? '');
  await runQuery(client, { text: 'insert into schema_migrations (name) values ($1)', values: [name] });
  await runQuery(client, 'commit');
}

function newerSentence(unknown: readonly string[]): string {
  return `the database is newer than this program: it has the migration ${unknown.join(', ')}; start the version of the gateway that made it, or a later one`;
}
