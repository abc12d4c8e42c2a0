import { afterAll, describe, expect, it } from 'vitest';
import { migrate, migrationState, DatabaseNewer } from '../../../src/db/migrate.ts';
import { migrations } from '../../../src/db/migrations/migrations.ts';
import { maintainPartitions } from '../../../src/db/partitions.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { purge } from '../../../src/db/purge.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const { hot } = test.database;
const dayMs = 24 * 3_600_000;

async function partitions(): Promise<string[]> {
  const { rows } = await hot.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1`,
  );
  return rows.map((row) => row.name);
}

describe('migrations', () => {
  it('are applied once, by one of several that start at once', async () => {
    await hot.query('drop schema public cascade; create schema public');
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(test.database)));
    expect(results.map((each) => each.applied.length).toSorted()).toEqual([0, 0, 0, migrations.length]);
    expect(await migrationState(test.database)).toEqual({
      applied: migrations.map((migration) => migration.name),
      pending: [],
      unknown: [],
    });
  });

  it('refuse a database that is newer than the program', async () => {
    await hot.query(`insert into schema_migrations (name) values ('9999-of-the-future')`);
    await expect(migrate(test.database)).rejects.toThrow(DatabaseNewer);
    await expect(migrate(test.database)).rejects.toThrow('9999-of-the-future');
    expect((await migrationState(test.database)).unknown).toEqual(['9999-of-the-future']);
    await hot.query(`delete from schema_migrations where name like '9999%'`);
  });

  it('name every constraint and index themselves', async () => {
    const { rows } = await hot.query<{ name: string }>(
      `select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f') and conname ~ '_(check|fkey)[0-9]*$'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('partitions', () => {
  it('are made from yesterday to a week ahead, and dropped after the retention', async () => {
    const now = Date.parse('2027-03-01T12:00:00Z');
    await maintainPartitions(test.database, { now, retentionDays: 30 });
    const made = await partitions();
    expect([made[0], made.at(-1), made.length]).toEqual(['events_20270228', 'events_20270308', 9]);
    const later = await maintainPartitions(test.database, { now: now + 33 * dayMs, retentionDays: 30 });
    expect(later.dropped.toSorted()).toEqual(
      ['20270228', '20270301', '20270302', '20270303']
        .flatMap((day) => [`events_${day}`])
        .concat(['20270228', '20270301', '20270302', '20270303'].map((day) => `settled_deliveries_${day}`)),
    );
    expect((await partitions())[0]).toBe('events_20270304');
    expect(
      (await maintainPartitions(test.database, { now: now + 33 * dayMs, retentionDays: 30 })).dropped,
    ).toEqual([]);
  });

  it('are made by whoever writes an event of a day that has none, by many at once as well', async () => {
    const ledgers = Array.from({ length: 5 }, () => createPostgresLedger(test));
    const results = await Promise.all(ledgers.map((ledger) => ledger.accept(sampleAcceptance())));
    expect(results).toEqual(ledgers.map(() => ({ result: 'accepted' })));
  });
});

describe('purging', () => {
  it('keeps an idempotency key until seven days after its call ended', async () => {
    await test.clear();
    const ledger = createPostgresLedger(test);
    const endedAt = Date.now() - 10 * dayMs;
    const accept = (key: string, changes: object) =>
      ledger.accept(
        sampleAcceptance({ at: endedAt, idempotency: { owner: 'o', key, bodyHash: 'h' }, changes }),
      );
    const ended = { status: 'ended', endedAt, outcome: 'cancelled', blockedBy: null, problem: null };
    await accept('open', {});
    await accept('ended', { state: ended });
    expect(await purge(test.database, { now: endedAt + 7 * dayMs })).toEqual({ idempotencyKeys: 0 });
    expect(await purge(test.database, { now: endedAt + 7 * dayMs + 1 })).toEqual({ idempotencyKeys: 1 });
    const { rows } = await hot.query('select key from idempotency_keys');
    expect(rows).toEqual([{ key: 'open' }]);
  });
});
