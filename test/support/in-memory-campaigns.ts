import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import { openCalls, type CampaignCounts } from '../../src/domain/campaigns/campaign-counts.ts';
import type { Campaign, CampaignState } from '../../src/domain/campaigns/campaign.ts';
import type { CampaignId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import type { InMemoryLedger } from './in-memory-ledger.ts';

/** The twin of the store of campaigns, on the ledger in memory, whose claims look at the same campaigns. Calls are not mended. */
export class InMemoryCampaigns implements CampaignStore {
  readonly #ledger: InMemoryLedger;
  readonly events: StoredEvent[] = [];

  constructor(ledger: InMemoryLedger) {
    this.#ledger = ledger;
  }

  create(campaign: Campaign): Promise<void> {
    this.#ledger.campaigns.set(campaign.id, { ...campaign, revision: 1 });
    return Promise.resolve();
  }

  get(id: CampaignId): Promise<Campaign | null> {
    return Promise.resolve(this.#ledger.campaigns.get(id) ?? null);
  }

  list({ after, limit }: { after: CampaignId | null; limit: number }): Promise<Campaign[]> {
    const newestFirst = this.#all().toReversed();
    return Promise.resolve(newestFirst.filter(({ id }) => after === null || id < after).slice(0, limit));
  }

  move(...[campaign, events, mended]: Parameters<CampaignStore['move']>): ReturnType<CampaignStore['move']> {
    assert(mended === undefined, 'nothing is mended here');
    const { campaigns } = this.#ledger;
    const before = campaigns.get(campaign.id);
    if (before?.revision !== campaign.revision) return Promise.resolve('lost_race');
    if (isOver(campaign) && openCalls(this.#counts(campaign.id)) > 0) return Promise.resolve('lost_race');
    const state = withRest(before.state, campaign.state);
    campaigns.set(campaign.id, { ...campaign, state, revision: campaign.revision + 1 });
    this.events.push(...events);
    return Promise.resolve('moved');
  }

  counts(id: CampaignId): Promise<CampaignCounts> {
    return Promise.resolve(this.#counts(id));
  }

  countsOf(ids: readonly CampaignId[]): Promise<Map<CampaignId, CampaignCounts>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.#counts(id)])));
  }

  open(): Promise<Campaign[]> {
    const open = this.#all().filter(({ state }) => !isOver({ state }));
    return Promise.resolve(open);
  }

  isDialling(id: CampaignId): Promise<boolean> {
    const isDialling = this.#ledger.callsIn(id).some((call) => {
      const attempt = liveAttempt(call);
      return attempt !== null && attempt.ringingAt === null && attempt.answeredAt === null;
    });
    return Promise.resolve(isDialling);
  }

  /** By id. */
  #all(): Campaign[] {
    return [...this.#ledger.campaigns.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #counts(id: CampaignId): CampaignCounts {
    const calls = this.#ledger.callsIn(id);
    const byStatus: Record<string, number> = {};
    const byOutcome: Record<string, number> = {};
    for (const { state } of calls) {
      byStatus[state.status] = (byStatus[state.status] ?? 0) + 1;
      if (state.status === 'ended') byOutcome[state.outcome] = (byOutcome[state.outcome] ?? 0) + 1;
    }
    return { total: calls.length, byStatus, byOutcome };
  }
}

function isOver({ state }: Pick<Campaign, 'state'>): boolean {
  return state.status === 'ended' || (state.status === 'cancelled' && state.settled);
}

/** Claims count the pilot's rest meanwhile: it is given where a pilot begins or ends, and stays as it is where the campaign runs on. */
function withRest(before: CampaignState, after: CampaignState): CampaignState {
  if (after.status !== 'running' || after.pilotLeft === null || before.status !== 'running') return after;
  return { ...after, pilotLeft: before.pilotLeft };
}
