import { afterAll } from 'vitest';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { StoredEvent } from '../../../src/domain/calls/call-event.ts';
import { testCampaignStoreContract } from '../../support/campaign-store-contract.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const { database } = test;

testCampaignStoreContract('on PostgreSQL', async () => {
  await test.clear();
  const lease = { asterisk: 'asterisk', epoch: 1 };
  await database.hot.query(`insert into asterisks (name, epoch, holder) values ('asterisk', 1, 'gateway-a')`);
  return {
    ...{ lease, ledger: createPostgresLedger(test) },
    campaigns: createCampaignStore({ database, onDeliveries: () => undefined }),
    async events() {
      const text = `select id, type, call_id as "callId", sequence, at, body from events where call_id is null order by xid, id`;
      return (await database.hot.query<StoredEvent>(text)).rows;
    },
    close: () => Promise.resolve(),
  };
});
