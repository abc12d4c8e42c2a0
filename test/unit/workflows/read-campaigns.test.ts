import { expect, it } from 'vitest';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import { listStartedCampaigns } from '../../../src/workflows/read-campaigns.ts';
import { InMemoryCampaigns } from '../../support/in-memory-campaigns.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { running, sampleCampaign } from '../../support/sample-campaign.ts';

it('lists campaigns that run or are paused, newest first, and no draft and none that is over', async () => {
  const campaigns = new InMemoryCampaigns(new InMemoryLedger());
  const states: Campaign['state'][] = [
    { status: 'draft' },
    running(),
    { status: 'paused', startedAt: 0, closed: false, reason: 'requested' },
    { status: 'ended', startedAt: null, endedAt: 0, reason: 'ends_at' },
    { status: 'cancelled', startedAt: null, endedAt: 0, settled: false },
  ];
  const [, runs, isPaused] = await Promise.all(
    states.map(async (state) => {
      const campaign = sampleCampaign({ state });
      await campaigns.create(campaign);
      return campaign;
    }),
  );
  const started = await listStartedCampaigns({ campaigns });
  expect(started.map(({ campaign }) => campaign.id)).toEqual([isPaused?.id, runs?.id]);
});
