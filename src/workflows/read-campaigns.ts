import type { CampaignCalls, CampaignReportRows, ReportGroup } from '../db/campaign-calls.ts';
import type { CampaignStore } from '../db/campaign-store.ts';
import type { Call, Outcome } from '../domain/calls/call.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { noCalls, openCalls, type CampaignCounts } from '../domain/campaigns/campaign-counts.ts';
import { estimateEnd, type Estimate } from '../domain/campaigns/estimate-end.ts';
import { reportOf, type CampaignReport } from '../domain/campaigns/campaign-report.ts';
import type { FlowDefinition, FlowReference } from '../domain/flows/flow-definition.ts';
import type { CampaignId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';

export interface ReadCampaignsDependencies {
  campaigns: Pick<CampaignStore, 'get' | 'list' | 'open' | 'counts' | 'countsOf'>;
  campaignCalls: CampaignCalls;
  definitionOf: (flow: FlowReference) => Promise<FlowDefinition | null>;
  trunks: readonly Trunk[];
  clock: Clock;
}

export interface ReadCampaign {
  campaign: Campaign;
  counts: CampaignCounts;
}

const pulseMs = 15 * 60_000;

export async function readCampaign(
  deps: ReadCampaignsDependencies,
  id: CampaignId,
): Promise<(ReadCampaign & { estimate: Estimate | null }) | null> {
  const campaign = await deps.campaigns.get(id);
  if (campaign === null) return null;
  const counts = await deps.campaigns.counts(id);
  return { campaign, counts, estimate: await estimateOf(deps, { campaign, counts }) };
}

/** Newest first. */
export async function listCampaigns(
  deps: ReadCampaignsDependencies,
  page: { after: CampaignId | null; limit: number },
): Promise<ReadCampaign[]> {
  return withCounts(deps, await deps.campaigns.list(page));
}

/** Those that run or are paused, newest first. */
export async function listStartedCampaigns(
  deps: Pick<ReadCampaignsDependencies, 'campaigns'>,
): Promise<ReadCampaign[]> {
  const open = await deps.campaigns.open();
  const started = open.filter(({ state }) => state.status === 'running' || state.status === 'paused');
  return withCounts(deps, started.toReversed());
}

async function withCounts(
  { campaigns }: Pick<ReadCampaignsDependencies, 'campaigns'>,
  found: readonly Campaign[],
): Promise<ReadCampaign[]> {
  const counts = await campaigns.countsOf(found.map(({ id }) => id));
  return found.map((campaign) => ({ campaign, counts: counts.get(campaign.id) ?? noCalls }));
}

/** Null for one that will not run any more. */
async function estimateOf(
  deps: ReadCampaignsDependencies,
  { campaign, counts }: ReadCampaign,
): Promise<Estimate | null> {
  const { state, pace, startsAt, endsAt } = campaign;
  if (state.status === 'ended' || state.status === 'cancelled') return null;
  const now = deps.clock.now();
  const { ended, hours } = await deps.campaignCalls.pulse(campaign.id, now - pulseMs);
  const ofTrunks = deps.trunks.reduce((sum, trunk) => sum + trunk.callsPerSecond, 0);
  const mostPerSecond = Math.min(ofTrunks, pace.callsPerSecond ?? Infinity);
  return estimateEnd({
    ...{ now, startsAt, endsAt, ended, hours, mostPerSecond },
    open: openCalls(counts),
    spanMs: pulseMs,
  });
}

/** Null where there is no such campaign. */
export async function readCampaignReport(
  deps: ReadCampaignsDependencies,
  { id, by }: { id: CampaignId; by: ReportGroup },
): Promise<CampaignReport | null> {
  const campaign = await deps.campaigns.get(id);
  if (campaign === null) return null;
  const definition = await deps.definitionOf(campaign.flow);
  const rows: CampaignReportRows = await deps.campaignCalls.report(id, by);
  return reportOf(rows, definition?.steps.map((step) => step.id) ?? []);
}

/** Pages of so many calls: a list of a hundred thousand never lies in memory. */
const exportPage = 500;

/** Its calls one after the other, oldest first; null where there is no such campaign. */
export async function exportCalls(
  deps: Pick<ReadCampaignsDependencies, 'campaigns' | 'campaignCalls'>,
  { id, outcomes }: { id: CampaignId; outcomes: readonly Outcome[] | null },
): Promise<AsyncIterable<{ call: Call; number: string | null }> | null> {
  if ((await deps.campaigns.get(id)) === null) return null;
  return (async function* () {
    for (let after: Call['id'] | null = null; ;) {
      const page = await deps.campaignCalls.page({ campaign: id, outcomes, after, limit: exportPage });
      yield* page;
      if (page.length < exportPage) return;
      after = page.at(-1)?.call.id ?? null;
    }
  })();
}
