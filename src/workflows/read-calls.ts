import type { Call } from '../domain/calls/call.ts';
import { viewCall } from '../domain/calls/call-view.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { CallId } from '../domain/ids.ts';
import type { CampaignStore } from '../db/campaign-store.ts';
import type { CallFilter, Ledger } from '../db/ledger.ts';
import type { ReadCall } from './use-cases.ts';
import { whyItWaits, type WhyItWaitsDependencies } from './why-it-waits.ts';

export interface ReadCallsDependencies extends WhyItWaitsDependencies {
  ledger: Pick<Ledger, 'call' | 'calls' | 'timeline' | 'numberOf'>;
}

export async function readCall(deps: ReadCallsDependencies, id: CallId): Promise<ReadCall | null> {
  const call = await deps.ledger.call(id);
  return call && withWait(deps, call);
}

/** Null where there is no such campaign; it is asked for only where nothing was found. */
export async function listCalls(
  deps: ReadCallsDependencies & { campaigns: Pick<CampaignStore, 'get'> },
  filter: CallFilter,
): Promise<ReadCall[] | null> {
  const calls = await deps.ledger.calls(filter);
  const { campaignId: campaign } = filter;
  if (calls.length === 0 && campaign !== undefined && (await deps.campaigns.get(campaign)) === null)
    return null;
  return Promise.all(calls.map((call) => withWait(deps, call)));
}

/** Null when there is no such call. */
export async function readTimeline(
  deps: Pick<ReadCallsDependencies, 'ledger'>,
  id: CallId,
): Promise<TimelineEntry[] | null> {
  return (await deps.ledger.call(id)) && deps.ledger.timeline(id);
}

async function withWait(deps: ReadCallsDependencies, call: Call): Promise<ReadCall> {
  const { view, number } = await withNumber(deps, call);
  const problem = view.problem ?? whyItWaits(deps, call, number);
  return { view: { ...view, problem }, number };
}

/** The call as it is shown, with its clear number beside it: whoever shows it decides who sees which. */
export async function withNumber(deps: { ledger: Pick<Ledger, 'numberOf'> }, call: Call): Promise<ReadCall> {
  return { view: viewCall(call), number: await deps.ledger.numberOf(call.person) };
}
