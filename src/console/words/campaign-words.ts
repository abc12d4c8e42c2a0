import type { CampaignStatus, EndReason, PauseReason } from '../../domain/campaigns/campaign.ts';
import type { CampaignView } from '../../domain/campaigns/campaign-view.ts';
import type { Html } from '../html.ts';
import { stateMark, type Mood } from '../parts/state-mark.ts';

const states: Readonly<Record<CampaignStatus, readonly [Mood, string]>> = {
  draft: ['calm', 'draft: not started'],
  running: ['good', 'running'],
  paused: ['watch', 'paused'],
  ended: ['calm', 'ended'],
  cancelled: ['calm', 'cancelled'],
};

const reasons: Readonly<Record<PauseReason | EndReason, string>> = {
  requested: 'somebody paused it',
  pilot_done: 'its pilot is done',
  all_calls_ended: 'every call has ended',
  ends_at: 'its time was over',
};

export function campaignMark({ state, reason }: Pick<CampaignView, 'state' | 'reason'>): Html {
  const [mood, words] = states[state];
  const why = reason !== null && Object.hasOwn(reasons, reason) ? reasons[reason as EndReason] : reason;
  return stateMark(mood, why === null ? words : `${words}: ${why}`);
}
