import { afterAll, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { runQuery } from '../../../src/db/run-query.ts';
import { shareClient } from '../../../src/db/shared-client.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const { bulk, hot } = test.database;
const share = shareClient(bulk);
const ownPid = 'select pg_backend_pid() as pid';

/** On the shared connection. @returns the server process that ran it */
const run = async (text: string): Promise<number | undefined> =>
  (await share((client) => runQuery<{ pid: number }>(client, text)))[0]?.pid;

it('statements of those who work at the same time are done in their order, on one connection', async () => {
  await hot.query('create table steps (place int generated always as identity, name text, pid int)');
  const add = (name: string, after = '') =>
    `insert into steps (name, pid) select '${name}', pg_backend_pid() ${after} returning pid`;
  // the first takes longest
  const pids = await Promise.all([
    run(add('first', 'from pg_sleep(0.2)')),
    run(add('second')),
    run(add('third')),
  ]);
  expect(new Set(pids).size).toBe(1);
  const { rows } = await hot.query('select name from steps order by place');
  expect(rows.map(({ name }) => name as string)).toEqual(['first', 'second', 'third']);
});

it('each statement is a transaction of its own: one that fails takes none of the others with it', async () => {
  const all = await Promise.allSettled([run(ownPid), run('select 1 / 0 as pid'), run(ownPid)]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(bulk.totalCount).toBeLessThanOrEqual(1);
});

it('a lost connection fails all who share it, and whoever comes next gets another one', async () => {
  const before = await run(ownPid);
  const lost = [run('select pg_backend_pid() as pid from pg_sleep(60)'), run(ownPid)];
  const ends = Promise.allSettled(lost);
  const isAsleep = `select count(*)::int as n from pg_stat_activity where pid = $1 and query like '%pg_sleep%' and state = 'active'`;
  const asleep = async (): Promise<unknown> => (await hot.query(isAsleep, [before])).rows[0];
  await expect.poll(asleep).toEqual({ n: 1 });
  await hot.query('select pg_terminate_backend($1)', [before]);
  for (const end of await ends)
    expect(end).toMatchObject({ reason: expect.any(LedgerUnavailable) as unknown });
  expect(await run(ownPid)).not.toBe(before);
  expect([bulk.totalCount, bulk.idleCount]).toEqual([1, 1]);
});
