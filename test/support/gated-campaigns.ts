import type { CampaignStore } from '../../src/db/campaign-store.ts';
import { askThrough } from './ask-through.ts';
import type { ProcessGate } from './process-gate.ts';

/** Campaigns as one process reaches them. */
export function gatedCampaigns(gate: ProcessGate, store: CampaignStore): CampaignStore {
  const ask = askThrough(gate);
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
