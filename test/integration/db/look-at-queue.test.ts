import { afterAll, expect, it } from 'vitest';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { lookAtQueue } from '../../../src/db/look-at-queue.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import { createTestDatabase } from '../../support/database.ts';
import { dialTransition, noAnswerTransition, sampleAcceptance } from '../../support/sample-call.ts';
import { running, sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const campaigns = createCampaignStore({ database: test.database, onDeliveries: () => undefined });
const now = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 600_000;
const hour = (hours: number): number => now - 600_000 + hours * 3_600_000;

it('sees what waits, in campaigns that run and in none, and how long attempts keep their channels', async () => {
  const add = async (count: number, dueAt: number, campaign: Campaign | null = null): Promise<void> => {
    for (let each = 0; each < count; each += 1) {
      const changes = { campaignId: campaign?.id ?? null, reference: null };
      await ledger.accept(sampleAcceptance({ at: now, dueAt, changes }));
    }
  };
  const [runs, draft] = [
    sampleCampaign({ state: running() }),
    sampleCampaign({ state: { status: 'draft' } }),
  ];
  for (const campaign of [runs, draft]) await campaigns.create(campaign);
  await add(3, now - 7_200_000);
  await add(2, hour(3) + 1);
  await add(1, now + 25 * 3_600_000);
  await add(4, now, runs);
  await add(5, now, draft);
  for (let each = 0; each < 20; each += 1) {
    const acceptance = sampleAcceptance({ at: now });
    await ledger.accept(acceptance);
    const dialed = dialTransition(acceptance.transition.call, { sendAt: Date.now() - 4_000 });
    await ledger.commit(dialed);
    await ledger.commit(noAnswerTransition(dialed.call, { at: Date.now() }));
  }
  const seen = await lookAtQueue(test.database, now);
  const group = { campaign: '', priority: 'normal', country: '+91', trunk: null };
  expect(seen.waiting.toSorted((a, b) => a.calls - b.calls)).toEqual([
    { ...group, dueAt: hour(3), calls: 2 },
    { ...group, dueAt: hour(0), calls: 3 },
    { ...group, campaign: runs.id, dueAt: hour(0), calls: 4 },
  ]);
  expect([...seen.holdMs.keys()]).toEqual(['carrier-a']);
  expect(seen.holdMs.get('carrier-a')).toBeGreaterThanOrEqual(4_000);
  expect(seen.holdMs.get('carrier-a')).toBeLessThan(10_000);
});
