import { afterAll } from 'vitest';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { GatewayId } from '../../../src/domain/asterisks/lease.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createTrunkStore } from '../../../src/db/trunk-store.ts';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { testCampaignClaimsContract } from '../../support/campaign-claims-contract.ts';
import { testTrunkClaimsContract } from '../../support/trunk-claims-contract.ts';
import { testLedgerContract, type LedgerUnderTest } from '../../support/ledger-contract.ts';
import { testAdmissionsContract } from '../../support/admissions-contract.ts';
import { testRingsContract } from '../../support/rings-contract.ts';
import { testTransferClaimsContract } from '../../support/transfer-claims-contract.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });

const gateway = 'gateway-a' as GatewayId;

const create = async (): Promise<LedgerUnderTest> => {
  await test.clear();
  const leases = createLeaseStore(test.database);
  const seen = { asterisk: 'asterisk', epoch: 0 };
  await leases.look({ gateway, knows: [seen.asterisk], drives: [], held: [] });
  const lease = await leases.take({ gateway, lease: seen, dead: [] });
  if (!lease) throw new Error('nobody else has it');
  return {
    ledger: createPostgresLedger(test),
    lease,
    loseLease: async () => {
      await leases.take({ gateway: 'another' as GatewayId, lease, dead: [gateway] });
    },
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
testRingsContract('on PostgreSQL', create);
testAdmissionsContract('on PostgreSQL', create);
testTransferClaimsContract('on PostgreSQL', create);
