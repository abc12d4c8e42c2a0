import { afterAll } from 'vitest';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testLeaseContract } from '../../support/lease-contract.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const run = (statement: string): Promise<unknown> => test.database.hot.query(statement);

// the server of the tests cannot be started again between two of them, so its start is a row
await run('create table start_of_database (at timestamptz)');

/** All that is kept is as much older: the database's own clock cannot be moved. */
const age = async (durationMs: number): Promise<void> => {
  const earlier = `- ${durationMs} * interval '1 ms'`;
  await run(`update asterisks set expires_at = expires_at ${earlier}`);
  await run(`update gateways set alive_until = alive_until ${earlier}`);
  await run(`update start_of_database set at = at ${earlier}`);
};

testLeaseContract('on PostgreSQL', async () => {
  await run(`truncate asterisks, gateways, start_of_database`);
  await run(`insert into start_of_database values (now() - interval '1 day')`);
  return {
    leases: createLeaseStore(test.database, { start: '(select at from start_of_database)' }),
    pass: age,
    restartDatabase: async () => {
      await run(`update start_of_database set at = now()`);
    },
    close: () => Promise.resolve(),
  };
});
