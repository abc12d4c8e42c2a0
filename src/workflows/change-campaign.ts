import type { CampaignStore, MendedCalls } from '../db/campaign-store.ts';
import type { CampaignCalls } from '../db/campaign-calls.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import type { DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { CampaignChange } from '../domain/campaigns/campaign-request.ts';
import type { CampaignCounts } from '../domain/campaigns/campaign-counts.ts';
import { missingVariables } from '../domain/flows/missing-variables.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { hoursFaults, timeFaults } from './create-campaign.ts';
import type { NamedOrInlineFlow, ResolvedFlow } from './draft-call.ts';
import type { Fault } from '../domain/fault.ts';

export interface ChangeCampaignDependencies {
  campaigns: Pick<CampaignStore, 'get' | 'counts' | 'move'>;
  campaignCalls: Pick<CampaignCalls, 'spokenTo'>;
  resolveFlow: (flow: NamedOrInlineFlow) => Promise<ResolvedFlow>;
  policy: { callingHours: DefaultHours };
  clock: Clock;
  /** Calls may be due now that were not. */
  onChanged: () => void;
}

export type ChangedCampaign =
  | { result: 'changed'; campaign: Campaign; counts: CampaignCounts }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'over' }
  | { result: 'not_found' };

/**
 * Mends a campaign, also while it runs: the flow for calls that were never dialled, the hours and the end for all that wait, the pace for
 * what is dialled from now on.
 */
export async function changeCampaign(
  deps: ChangeCampaignDependencies,
  { id, change }: { id: CampaignId; change: CampaignChange },
): Promise<ChangedCampaign> {
  const flow = change.flow === undefined ? null : await deps.resolveFlow(change.flow);
  if (flow?.result === 'invalid') return { result: 'invalid', faults: flow.faults };
  for (;;) {
    const campaign = await deps.campaigns.get(id);
    if (campaign === null) return { result: 'not_found' };
    if (campaign.state.status === 'ended' || campaign.state.status === 'cancelled') return { result: 'over' };
    const endsAt = change.ends_at === undefined ? campaign.endsAt : instantOf(change.ends_at);
    const callingHours = { ...campaign.callingHours, ...change.calling_hours };
    const now = deps.clock.now();
    const faults = [
      ...(change.calling_hours === undefined
        ? []
        : hoursFaults(deps.policy.callingHours, { hours: callingHours, purpose: campaign.purpose, now })),
      ...(change.ends_at === undefined ? [] : timeFaults({ startsAt: campaign.startsAt, endsAt, now })),
      ...(flow === null ? [] : await flowFaults(deps, { id, definition: flow.definition })),
    ];
    if (faults.length > 0) return { result: 'invalid', faults };
    const changed: Campaign = {
      ...campaign,
      name: change.name ?? campaign.name,
      flow: flow?.reference ?? campaign.flow,
      callingHours,
      pace: changedPace(campaign.pace, change.pace),
      endsAt,
    };
    const mended: MendedCalls = {
      flow: flow?.reference ?? null,
      hours:
        change.calling_hours === undefined
          ? null
          : { change: change.calling_hours, defaults: deps.policy.callingHours },
      endsAt: endsAt === campaign.endsAt ? null : { from: campaign.endsAt, to: endsAt },
      now: deps.clock.now(),
    };
    if ((await deps.campaigns.move(changed, [], mended)) === 'lost_race') continue;
    deps.onChanged();
    return { result: 'changed', campaign: changed, counts: await deps.campaigns.counts(id) };
  }
}

/** A limit that the change leaves out stays; null takes it away. */
function changedPace(pace: Campaign['pace'], change: CampaignChange['pace']): Campaign['pace'] {
  const { calls_per_second: callsPerSecond, max_concurrent: maxConcurrent } = change ?? {};
  return {
    callsPerSecond: callsPerSecond === undefined ? pace.callsPerSecond : callsPerSecond,
    maxConcurrent: maxConcurrent === undefined ? pace.maxConcurrent : maxConcurrent,
  };
}

/** A flow that could not be spoken to somebody who waits is refused: their calls would fail one by one. */
async function flowFaults(
  deps: ChangeCampaignDependencies,
  { id, definition }: { id: CampaignId; definition: FlowDefinition },
): Promise<Fault[]> {
  const waiting = await deps.campaignCalls.spokenTo(id);
  const faults = waiting.flatMap(({ language, variables }): Fault[] => {
    if (!definition.languages.includes(language))
      return [
        {
          pointer: '/flow',
          detail: `must have the language ${language}, in which calls of this campaign wait`,
        },
      ];
    const known = Object.fromEntries(variables.map((name) => [name, '']));
    return missingVariables(definition, { language, variables: known }).map((name) => ({
      pointer: '/flow',
      detail: `speaks of {{${name}}}, which calls of this campaign do not have`,
    }));
  });
  return [...new Map(faults.map((fault) => [fault.detail, fault])).values()];
}

function instantOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
