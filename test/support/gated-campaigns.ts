import type { CampaignStore } from '../../src/db/campaign-store.ts';
import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { ProcessGate } from './process-gate.ts';

/** Campaigns as one process reaches them: each request may be cut on its way there, or after all of it was kept. */
export function gatedCampaigns(gate: ProcessGate, store: CampaignStore): CampaignStore {
  const ask = async <T>(operation: string, effect: () => Promise<T>): Promise<T> => {
    const cut = (): Error => new LedgerUnavailable('the connection broke');
    await gate.pass({ operation, stage: 'before' }, cut);
    const result = await gate.act(effect);
    await gate.pass({ operation, stage: 'after' }, cut);
    return result;
  };
  return {
    create: (campaign) => ask('createCampaign', () => store.create(campaign)),
    get: (id) => ask('campaign', () => store.get(id)),
    list: (page) => ask('campaigns', () => store.list(page)),
    move: (...move) => ask('moveCampaign', () => store.move(...move)),
    counts: (id) => ask('campaignCounts', () => store.counts(id)),
    countsOf: (ids) => ask('campaignCounts', () => store.countsOf(ids)),
    open: () => ask('openCampaigns', () => store.open()),
    isDialling: (id) => ask('isDialling', () => store.isDialling(id)),
  };
}
