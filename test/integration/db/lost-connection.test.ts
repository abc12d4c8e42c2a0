import { afterAll, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { runQuery, withClient } from '../../../src/db/run-query.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

/** An error that nobody listens to ends the process, and fails this file. */
it('a connection that breaks between two statements fails the second one, and nothing else', async () => {
  const { hot } = test.database;
  const lost = withClient(hot, async (client) => {
    const [own] = await runQuery<{ pid: number }>(client, 'select pg_backend_pid() as pid');
    // not by `once` of node:events, which would listen to the error itself
    const ended = new Promise((resolve) => client.once('end', resolve));
    await hot.query('select pg_terminate_backend($1)', [own?.pid]);
    await ended;
    await runQuery(client, 'select 1');
  });
  await expect(lost).rejects.toThrow(LedgerUnavailable);
  expect((await hot.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
