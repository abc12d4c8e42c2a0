import type { CampaignStore } from '../db/campaign-store.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import type { CampaignRequest } from '../domain/campaigns/campaign-request.ts';
import { faultsOfSharedHours, type DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { CallingHoursRequest } from '../domain/calls/calling-hours-schema.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { NamedOrInlineFlow, ResolvedFlow } from './draft-call.ts';
import type { Fault } from '../domain/fault.ts';

export interface CreateCampaignDependencies {
  campaigns: Pick<CampaignStore, 'create'>;
  resolveFlow: (flow: NamedOrInlineFlow) => Promise<ResolvedFlow>;
  trunks: readonly Trunk[];
  policy: { emergencyCalls: boolean; callingHours: DefaultHours };
  clock: Clock;
  ids: IdSource;
}

export type CreatedCampaign =
  { result: 'created'; campaign: Campaign } | { result: 'invalid'; faults: Fault[] };

/** Creates a campaign in the state `draft`, or says everything that is wrong with the request. */
export async function createCampaign(
  deps: CreateCampaignDependencies,
  request: CampaignRequest,
): Promise<CreatedCampaign> {
  const flow = await deps.resolveFlow(request.flow);
  const now = deps.clock.now();
  const [startsAt, endsAt] = [instantOf(request.starts_at), instantOf(request.ends_at)];
  const purpose = request.purpose ?? 'service';
  const faults = [
    ...(flow.result === 'invalid' ? flow.faults : []),
    ...timeFaults({ startsAt, endsAt, now }),
    ...hoursFaults(deps.policy.callingHours, { hours: request.calling_hours ?? {}, purpose, now }),
    ...callerIdFaults(deps.trunks, { callerId: request.caller_id, purpose }),
    ...(purpose === 'emergency' && !deps.policy.emergencyCalls
      ? [{ pointer: '/purpose', detail: 'must not be emergency here: IVRS_EMERGENCY_CALLS is not true' }]
      : []),
  ];
  if (flow.result === 'invalid' || faults.length > 0) return { result: 'invalid', faults };
  const campaign: Campaign = {
    id: deps.ids.newId('cmp'),
    name: request.name,
    state: { status: 'draft' },
    flow: flow.reference,
    list: request.list ?? null,
    callingHours: request.calling_hours ?? {},
    retry: request.retry ?? {},
    priority: request.priority ?? 'normal',
    purpose,
    pace: {
      callsPerSecond: request.pace?.calls_per_second ?? null,
      maxConcurrent: request.pace?.max_concurrent ?? null,
    },
    startsAt,
    endsAt,
    callerId: request.caller_id ?? null,
    machineDetection: request.machine_detection === 'on',
    metadata: request.metadata ?? {},
    createdAt: now,
    revision: 1,
  };
  await deps.campaigns.create(campaign);
  return { result: 'created', campaign };
}

export function timeFaults(times: { startsAt: number | null; endsAt: number | null; now: number }): Fault[] {
  const { startsAt, endsAt, now } = times;
  if (endsAt === null) return [];
  if (endsAt <= now) return [{ pointer: '/ends_at', detail: 'must be in the future' }];
  return startsAt !== null && startsAt >= endsAt
    ? [{ pointer: '/starts_at', detail: 'must be before ends_at' }]
    : [];
}

/** Hours in which no call could be made would refuse every row, or leave everybody waiting. */
export function hoursFaults(
  defaults: DefaultHours,
  { hours, purpose, now }: { hours: CallingHoursRequest; purpose: Campaign['purpose']; now: number },
): Fault[] {
  return faultsOfSharedHours(hours, { defaults, purpose, now }).map(({ pointer, detail }) => ({
    pointer: `/calling_hours${pointer}`,
    detail,
  }));
}

/** A caller id that no trunk has would refuse every call, so it is refused here. */
function callerIdFaults(
  trunks: readonly Trunk[],
  { callerId, purpose }: { callerId: string | undefined; purpose: Campaign['purpose'] },
): Fault[] {
  if (callerId === undefined || trunks.some((trunk) => trunk.callerIds?.[purpose]?.includes(callerId)))
    return [];
  return [{ pointer: '/caller_id', detail: 'must be one that a trunk has for this purpose' }];
}

function instantOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}
