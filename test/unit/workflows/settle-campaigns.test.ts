import { expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { noCalls } from '../../../src/domain/campaigns/campaign-counts.ts';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import type { CampaignId } from '../../../src/domain/ids.ts';
import {
  settleCampaigns,
  type SettleCampaignsDependencies,
} from '../../../src/workflows/settle-campaigns.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Four campaigns that are over, and in which order they were asked for; some cannot be read. */
function campaigns(faults: Readonly<Record<number, Error>>) {
  const clock = new VirtualClock();
  const all = Array.from({ length: 4 }, () => sampleCampaign({ endsAt: clock.now() }));
  const asked: number[] = [];
  const ended: number[] = [];
  const placeOf = (id: CampaignId): number => all.findIndex((each) => each.id === id);
  const store: Pick<SettleCampaignsDependencies['campaigns'], 'open' | 'get' | 'counts' | 'move'> = {
    open: () => Promise.resolve(all),
    get(id) {
      const place = placeOf(id);
      asked.push(place);
      const fault = faults[place];
      return fault === undefined ? Promise.resolve(all[place] as Campaign) : Promise.reject(fault);
    },
    counts: () => Promise.resolve(noCalls),
    move(campaign) {
      ended.push(placeOf(campaign.id));
      return Promise.resolve('moved');
    },
  };
  const settled = settleCampaigns({
    ...{ ledger: new InMemoryLedger(), campaigns: store as SettleCampaignsDependencies['campaigns'] },
    ...{ clock, ids: sampleIds, liveCalls: { requestEnd: () => null }, tellOfEnd: () => undefined },
  });
  return { settled, asked, ended };
}

it('settles the campaigns behind one that cannot be settled, and tells of the fault', async () => {
  const { settled, ended } = campaigns({ 1: new Error('a row that nobody can read') });
  await expect(settled).rejects.toThrow('a row that nobody can read');
  expect(ended).toEqual([0, 2, 3]);
});

it('tells of all faults where there are several', async () => {
  const faults = [new Error('one'), new Error('another')] as const;
  const { settled, ended } = campaigns({ 0: faults[0], 2: faults[1] });
  await expect(settled).rejects.toMatchObject({
    message: '2 campaigns could not be settled',
    errors: faults,
  });
  expect(ended).toEqual([1, 3]);
});

it('does not ask for all of them while the database is away', async () => {
  const { settled, asked } = campaigns({ 1: new LedgerUnavailable('away') });
  await expect(settled).rejects.toThrow(LedgerUnavailable);
  expect(asked).toEqual([0, 1]);
});
