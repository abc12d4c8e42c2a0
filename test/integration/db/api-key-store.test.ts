import { afterAll } from 'vitest';
import { createApiKeyStore } from '../../../src/db/api-key-store.ts';
import { testApiKeyContract } from '../../support/api-keys-contract.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

testApiKeyContract('on PostgreSQL', async () => {
  await test.database.hot.query('truncate api_keys');
  return createApiKeyStore(test.database);
});
