import type { StoredEvent } from '../calls/call-event.ts';
import type { EventId } from '../ids.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignCounts } from './campaign-counts.ts';
import { viewCampaign } from './campaign-view.ts';

/** What is reported about a campaign, in the words of the contract. */
export const campaignEventTypes = ['campaign.started', 'campaign.paused', 'campaign.ended'] as const;

export interface CampaignFact {
  type: (typeof campaignEventTypes)[number];
}

/** The event as it will be sent, byte for byte. It belongs to no call, so it has no sequence. */
export function renderCampaignEvent(
  { campaign, counts }: { campaign: Campaign; counts: CampaignCounts },
  fact: CampaignFact,
  as: { id: EventId; at: number },
): StoredEvent {
  const { state } = campaign;
  const why =
    'reason' in state
      ? { reason: state.reason }
      : state.status === 'cancelled'
        ? { reason: 'cancelled' }
        : {};
  const list =
    fact.type === 'campaign.ended' ? { unreached: `/v1/campaigns/${campaign.id}/unreached.csv` } : {};
  const body = JSON.stringify({
    type: fact.type,
    timestamp: new Date(as.at).toISOString(),
    id: as.id,
    sequence: null,
    data: { campaign: viewCampaign(campaign, counts), ...why, ...list },
  });
  return { id: as.id, type: fact.type, callId: null, sequence: null, at: as.at, body };
}
