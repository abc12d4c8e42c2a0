import { testCampaignStoreContract } from '../support/campaign-store-contract.ts';
import { InMemoryCampaigns } from '../support/in-memory-campaigns.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';

testCampaignStoreContract('in memory', () => {
  const ledger = new InMemoryLedger();
  const campaigns = new InMemoryCampaigns(ledger);
  return Promise.resolve({
    ...{ ledger, campaigns, lease: { asterisk: 'asterisk', epoch: 1 } },
    events: () => Promise.resolve(campaigns.events),
    close: () => Promise.resolve(),
  });
});
