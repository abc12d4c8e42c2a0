import { afterAll } from 'vitest';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testLedgerContract } from '../../support/ledger-contract.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

testLedgerContract('on PostgreSQL', async () => {
  await test.clear();
  return { ledger: createPostgresLedger(test), close: () => Promise.resolve() };
});
