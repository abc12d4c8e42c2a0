import type { Campaign, CampaignState } from '../../src/domain/campaigns/campaign.ts';
import { sampleIds } from './sample-call.ts';

/** A campaign that runs, without limits of its own. */
export function sampleCampaign(changes: Partial<Campaign> = {}): Campaign {
  return {
    id: sampleIds.newId('cmp'),
    name: 'School reopening',
    state: running(),
    flow: { id: 'teacher-quiz', version: 3 },
    list: null,
    callingHours: {},
    retry: {},
    priority: 'normal',
    purpose: 'service',
    pace: { callsPerSecond: null, maxConcurrent: null },
    startsAt: null,
    endsAt: null,
    callerId: null,
    machineDetection: true,
    metadata: {},
    createdAt: Date.now(),
    revision: 1,
    ...changes,
  };
}

export function running(pilotLeft: number | null = null): CampaignState {
  return { status: 'running', startedAt: Date.now(), closed: false, pilotLeft };
}
