import type { CampaignStore } from '../db/campaign-store.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import type { CampaignCounts } from '../domain/campaigns/campaign-counts.ts';
import { renderCampaignEvent } from '../domain/campaigns/campaign-event.ts';
import type { CampaignMove } from '../domain/campaigns/campaign-moves.ts';
import type { CampaignId, IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';

export interface MoveCampaignDependencies {
  campaigns: Pick<CampaignStore, 'get' | 'counts' | 'move'>;
  clock: Clock;
  ids: IdSource;
}

export type MovedCampaign =
  | { result: 'moved' | 'ignored'; campaign: Campaign; counts: CampaignCounts }
  | { result: 'refused'; detail: string }
  | { result: 'not_found' };

/**
 * Moves a campaign as it is now: where somebody else moves it at the same instant, the move is made again on what they left. What it reports
 * commits with it.
 */
export async function moveCampaign(
  deps: MoveCampaignDependencies,
  id: CampaignId,
  move: (campaign: Campaign, counts: CampaignCounts) => CampaignMove,
): Promise<MovedCampaign> {
  for (;;) {
    const campaign = await deps.campaigns.get(id);
    if (campaign === null) return { result: 'not_found' };
    const counts = await deps.campaigns.counts(id);
    const moved = move(campaign, counts);
    if (moved.result === 'refused') return moved;
    if (moved.result === 'ignored') return { result: 'ignored', campaign, counts };
    const at = deps.clock.now();
    const events = moved.facts.map((fact) =>
      renderCampaignEvent({ campaign: moved.campaign, counts }, fact, { id: deps.ids.newId('evt'), at }),
    );
    if ((await deps.campaigns.move(moved.campaign, events)) === 'moved')
      return { result: 'moved', campaign: moved.campaign, counts };
  }
}
