import type { CallStatus, Outcome, Priority, Purpose } from '../calls/call.ts';
import type { CallingHoursRequest } from '../calls/calling-hours-schema.ts';
import type { RetryRequest } from '../calls/retry-policy.ts';
import type { CampaignId } from '../ids.ts';
import type { Campaign, CampaignStatus } from './campaign.ts';
import type { CampaignCounts } from './campaign-counts.ts';

/** The campaign as others see it, in replies and in events alike. */
export interface CampaignView {
  id: CampaignId;
  name: string;
  state: CampaignStatus;
  /** Why it is paused or has ended. */
  reason: string | null;
  closed: boolean;
  /** Calls that may still be begun before it pauses by itself; null where it is no pilot. */
  pilot_left: number | null;
  flow: { id: string; version: number };
  list: string | null;
  calling_hours: CallingHoursRequest;
  retry: RetryRequest;
  priority: Priority;
  purpose: Purpose;
  pace: { calls_per_second: number | null; max_concurrent: number | null };
  starts_at: string | null;
  ends_at: string | null;
  caller_id: string | null;
  machine_detection: 'off' | 'on';
  metadata: Readonly<Record<string, string>>;
  counts: {
    total: number;
    by_status: Partial<Record<CallStatus, number>>;
    by_outcome: Partial<Record<Outcome, number>>;
  };
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export function viewCampaign(campaign: Campaign, counts: CampaignCounts): CampaignView {
  const { id, name, state, flow, list, retry, priority, purpose, pace, metadata } = campaign;
  return {
    id,
    name,
    state: state.status,
    reason: 'reason' in state ? state.reason : null,
    closed: 'closed' in state ? state.closed : state.status !== 'draft',
    pilot_left: 'pilotLeft' in state ? state.pilotLeft : null,
    flow: { id: flow.id, version: flow.version },
    list,
    calling_hours: campaign.callingHours,
    retry,
    priority,
    purpose,
    pace: { calls_per_second: pace.callsPerSecond, max_concurrent: pace.maxConcurrent },
    starts_at: rfc3339(campaign.startsAt),
    ends_at: rfc3339(campaign.endsAt),
    caller_id: campaign.callerId,
    machine_detection: campaign.machineDetection ? 'on' : 'off',
    metadata,
    counts: { total: counts.total, by_status: counts.byStatus, by_outcome: counts.byOutcome },
    created_at: new Date(campaign.createdAt).toISOString(),
    started_at: rfc3339('startedAt' in state ? state.startedAt : null),
    ended_at: rfc3339('endedAt' in state ? state.endedAt : null),
  };
}

function rfc3339(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
