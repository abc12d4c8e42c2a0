import { expect, it } from 'vitest';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import type { CampaignId } from '../../../src/domain/ids.ts';
import { listCalls } from '../../../src/workflows/read-calls.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { sampleAcceptance, sampleIds } from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';

const ledger = new InMemoryLedger();
const [full, empty] = [sampleCampaign(), sampleCampaign()];
for (const campaign of [full, empty]) ledger.campaigns.set(campaign.id, campaign);
await ledger.accept(sampleAcceptance({ changes: { campaignId: full.id } }));

let looks = 0;
const campaigns = {
  get(id: CampaignId): Promise<Campaign | null> {
    looks += 1;
    return Promise.resolve(ledger.campaigns.get(id) ?? null);
  },
};
const trunkBoard = { isOpen: () => true, tell: () => [] };
const listed = (campaignId?: CampaignId) =>
  listCalls(
    { ledger, campaigns, trunks: [], trunkBoard },
    { limit: 10, ...(campaignId === undefined ? {} : { campaignId }) },
  );

it('a campaign without calls has none, and one that there is not is told apart from it', async () => {
  expect(await listed(empty.id)).toEqual([]);
  expect(await listed(sampleIds.newId('cmp'))).toBeNull();
});

it('campaigns are looked up only where nothing was found', async () => {
  looks = 0;
  expect(await listed(full.id)).toHaveLength(1);
  expect(await listed()).toHaveLength(1);
  expect(looks).toBe(0);
});
