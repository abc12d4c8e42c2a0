import type { CampaignStore } from '../db/campaign-store.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { endCampaign, pauseCampaign } from '../domain/campaigns/campaign-moves.ts';
import { openCalls, type CampaignCounts } from '../domain/campaigns/campaign-counts.ts';
import { cancelCall, type CancelCallDependencies } from './cancel-call.ts';
import { moveCampaign, type MoveCampaignDependencies } from './move-campaign.ts';

export interface SettleCampaignsDependencies extends MoveCampaignDependencies, CancelCallDependencies {
  campaigns: CampaignStore;
  ledger: Pick<Ledger, 'commit' | 'call' | 'calls'>;
}

const batchSize = 100;

/**
 * Does what campaigns do by themselves: a pilot pauses when all its calls were begun, and each phone rang or the attempt has ended, since what is
 * given back undialled makes way for another; a cancelled campaign's calls are ended, and the ringing of those that ring; a campaign ends with its
 * last call, once it is closed or its time is over. Waiting calls whose time is over are ended by `expireCalls`, whatever their campaign.
 *
 * A fault of one campaign keeps no other from being settled.
 *
 * @throws LedgerUnavailable at once; any other fault when all were looked at: the fault itself, or an AggregateError of several
 */
export async function settleCampaigns(deps: SettleCampaignsDependencies): Promise<void> {
  const open = await deps.campaigns.open();
  const faults: unknown[] = [];
  for (const campaign of open)
    await settle(deps, campaign).catch((error: unknown) => {
      if (error instanceof LedgerUnavailable) throw error;
      faults.push(error);
    });
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, `${faults.length} campaigns could not be settled`);
}

async function settle(deps: SettleCampaignsDependencies, campaign: Campaign): Promise<void> {
  const { state } = campaign;
  if (state.status === 'running' && state.pilotLeft === 0 && !(await deps.campaigns.isDialling(campaign.id)))
    await moveCampaign(deps, campaign.id, (now) =>
      now.state.status === 'running' && now.state.pilotLeft === 0
        ? pauseCampaign(now, 'pilot_done')
        : { result: 'ignored' },
    );
  if (state.status === 'cancelled') await cancelCalls(deps, campaign);
  if (!mayEnd(campaign, deps.clock.now())) return;
  const at = deps.clock.now();
  await moveCampaign(deps, campaign.id, (now, counts) => endOf(now, { counts, at }));
}

function endOf(campaign: Campaign, { counts, at }: { counts: CampaignCounts; at: number }) {
  if (openCalls(counts) > 0 || !mayEnd(campaign, at)) return { result: 'ignored' } as const;
  const timeIsOver = campaign.endsAt !== null && campaign.endsAt <= at;
  return endCampaign(campaign, { at, reason: timeIsOver ? 'ends_at' : 'all_calls_ended' });
}

/** Whether it ends as soon as no call of it is open. */
function mayEnd({ state, endsAt }: Campaign, at: number): boolean {
  if (state.status === 'cancelled') return !state.settled;
  return (endsAt !== null && endsAt <= at) || ('closed' in state && state.closed);
}

/** Somebody who is talking is not cut off: such a call ends as it will. */
async function cancelCalls(deps: SettleCampaignsDependencies, { id }: Campaign): Promise<void> {
  for (const status of ['dialing', 'queued', 'waiting_retry']) {
    for (let ended = batchSize; ended === batchSize;) {
      const calls = await deps.ledger.calls({ campaignId: id, status, limit: batchSize });
      const results = await Promise.all(
        calls.map((call) => cancelCall(deps, { id: call.id, hangUp: false, waitsForOthers: false })),
      );
      ended = results.filter(({ result }) => result === 'cancelled').length;
    }
  }
}
