import { afterAll, expect, it } from 'vitest';
import { maintainPartitions } from '../../../src/db/partitions.ts';
import { purge } from '../../../src/db/purge.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const { database } = test;
const [now, dayMs] = [Date.now(), 24 * 3_600_000];

/** What several gateways do at the same hour. */
function byFive<T>(job: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 5 }, job));
}

async function partitions(): Promise<number> {
  const { rows } = await database.hot.query<{ count: number }>(
    `select count(*)::int as count from pg_inherits where inhparent = 'events'::regclass`,
  );
  return rows[0]?.count ?? 0;
}

it('days are made and dropped once, though several gateways do it at once', async () => {
  await byFive(() => maintainPartitions(database, { now, retentionDays: 30 }));
  const made = await partitions();
  expect(made).toBeGreaterThanOrEqual(9);
  const dropped = await byFive(() =>
    maintainPartitions(database, { now: now + 60 * dayMs, retentionDays: 30 }),
  );
  const names = dropped.flatMap((each) => each.dropped);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.startsWith('events_'))).toHaveLength(made);
  expect(await partitions()).toBe(9);
});

it('what has had its time is removed once, and counted once', async () => {
  const old = new Date(now - 30 * dayMs);
  await database.hot.query(`
    insert into flows (id, version, definition, created_at) values ('f', 1, '{}', now())`);
  await database.hot.query({
    text: `insert into calls (id, revision, sequence, status, ended_at, outcome, direction, person, to_masked, language, flow_id, flow_version, priority, purpose,
        not_after, max_duration_ms, created_at, request)
      select 'call_' || n, 1, 0, 'ended', $1, 'cancelled', 'outgoing', 'p' || n, '', 'hi', 'f', 1, 'normal', 'service', $1, 1, $1, '{}' from generate_series(1, 7000) n`,
    values: [old],
  });
  await database.hot.query({
    text: `insert into idempotency_keys (owner, key, body_hash, call_id, reply, created_at) select 'o', n::text, '', 'call_' || n, '', $1 from generate_series(1, 7000) n`,
    values: [old],
  });
  const purged = await byFive(() => purge(database, { now }));
  expect(purged.reduce((sum, { idempotencyKeys }) => sum + idempotencyKeys, 0)).toBe(7000);
});
