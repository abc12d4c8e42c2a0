import { afterAll, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { runQuery, withClient } from '../../../src/db/run-query.ts';
import { shareClient } from '../../../src/db/shared-client.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const { bulk, hot } = test.database;
const share = shareClient(bulk);
const ownPid = 'select pg_backend_pid() as pid';
/** Waits for as long as somebody else holds the lock. */
const afterLock = `select pg_backend_pid() as pid from pg_advisory_xact_lock(7)`;

/** On the shared connection. @returns the server process that ran it */
const run = async (text: string): Promise<number | undefined> =>
  (await share((client) => runQuery<{ pid: number }>(client, text)))[0]?.pid;

/** Does something while a statement on the shared connection waits for the lock. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  await withClient(hot, async (client) => {
    await runQuery(client, 'select pg_advisory_lock(7)');
    await work();
    await runQuery(client, 'select pg_advisory_unlock(7)');
  });
}

const untilOneWaits = (): Promise<void> =>
  expect
    .poll(
      async () =>
        (await hot.query(`select from pg_locks where locktype = 'advisory' and not granted`)).rowCount,
    )
    .toBe(1);

it('statements of those who work at the same time are done in their order, on one connection', async () => {
  await hot.query('create table steps (place int generated always as identity, name text)');
  const add = (name: string, after = ownPid) =>
    run(`insert into steps (name) select '${name}' from (${after}) as a returning pg_backend_pid() as pid`);
  let added: Promise<(number | undefined)[]> = Promise.resolve([]);
  await whileLocked(async () => {
    added = Promise.all([add('first', afterLock), add('second'), add('third')]);
    await untilOneWaits();
    // nobody waits here for the connection: all was sent
    expect(bulk.waitingCount).toBe(0);
    expect(await share((client) => Promise.resolve(client.pipeline))).toBe(true);
  });
  expect(new Set(await added).size).toBe(1);
  const { rows } = await hot.query('select name from steps order by place');
  expect(rows.map(({ name }) => name as string)).toEqual(['first', 'second', 'third']);
});

it('one that fails takes none of the others with it, and whoever comes next gets another connection', async () => {
  const all = await Promise.allSettled([run(ownPid), run('select 1 / 0 as pid'), run(ownPid)]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const [first] = all;
  expect(await run(ownPid)).not.toBe(first.status === 'fulfilled' && first.value);
});

it('a lost connection fails all who share it, and nobody else', async () => {
  const before = await run(ownPid);
  await whileLocked(async () => {
    const ends = Promise.allSettled([run(afterLock), run(ownPid)]);
    await untilOneWaits();
    await hot.query('select pg_terminate_backend($1)', [before]);
    for (const end of await ends)
      expect(end).toMatchObject({ reason: expect.any(LedgerUnavailable) as unknown });
  });
  expect(await run(ownPid)).not.toBe(before);
  expect([bulk.totalCount, bulk.idleCount]).toEqual([1, 1]);
});
