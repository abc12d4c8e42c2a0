import { afterAll } from 'vitest';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createTrunkStore } from '../../../src/db/trunk-store.ts';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { testCampaignClaimsContract } from '../../support/campaign-claims-contract.ts';
import { testTrunkClaimsContract } from '../../support/trunk-claims-contract.ts';
import { testLedgerContract, type LedgerUnderTest } from '../../support/ledger-contract.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });

const create = async (): Promise<LedgerUnderTest> => {
  await test.clear();
  return {
    ledger: createPostgresLedger(test),
    addCampaign: (campaign) => campaigns.create(campaign),
    close: () => Promise.resolve(),
  };
};
testLedgerContract('on PostgreSQL', create);
testCampaignClaimsContract('on PostgreSQL', create);
testTrunkClaimsContract('on PostgreSQL', async () => {
  const trunks = createTrunkStore({ database: test.database, onDeliveries: () => undefined });
  return { ...(await create()), trunks };
});
