import type { Campaign, CampaignState, EndReason, PauseReason } from './campaign.ts';
import type { CampaignFact } from './campaign-event.ts';

/** What becomes of a campaign; `ignored` where it is so already, `refused` where its state forbids it. */
export type CampaignMove =
  | { result: 'moved'; campaign: Campaign; facts: CampaignFact[] }
  | { result: 'ignored' }
  | { result: 'refused'; detail: string };

/** @param pilot calls after whose beginning the campaign pauses by itself; null for all */
export function startCampaign(
  campaign: Campaign,
  { at, pilot }: { at: number; pilot: number | null },
): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'draft':
      return moved(
        campaign,
        { status: 'running', startedAt: at, closed: false, pilotLeft: pilot },
        'campaign.started',
      );
    case 'running':
      return { result: 'ignored' };
    case 'paused':
      return refused('The campaign is paused: resume it instead.');
    case 'ended':
    case 'cancelled':
      return refused(`The campaign is ${state.status}.`);
  }
}

export function pauseCampaign(campaign: Campaign, reason: PauseReason): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'running': {
      const { startedAt, closed } = state;
      return moved(campaign, { status: 'paused', startedAt, closed, reason }, 'campaign.paused');
    }
    case 'paused':
      return { result: 'ignored' };
    case 'draft':
      return refused('The campaign has not been started.');
    case 'ended':
    case 'cancelled':
      return refused(`The campaign is ${state.status}.`);
  }
}

export function resumeCampaign(campaign: Campaign): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'paused': {
      const { startedAt, closed } = state;
      return moved(campaign, { status: 'running', startedAt, closed, pilotLeft: null }, 'campaign.started');
    }
    case 'running':
      return { result: 'ignored' };
    case 'draft':
      return refused('The campaign has not been started: start it instead.');
    case 'ended':
    case 'cancelled':
      return refused(`The campaign is ${state.status}.`);
  }
}

/** No more calls are added; it ends with the last of them. */
export function closeCampaign(campaign: Campaign): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'running':
    case 'paused':
      return state.closed ? { result: 'ignored' } : moved(campaign, { ...state, closed: true }, null);
    case 'ended':
      return { result: 'ignored' };
    case 'draft':
      return refused('The campaign has not been started: start it first, or cancel it.');
    case 'cancelled':
      return refused('The campaign is cancelled.');
  }
}

/** Its calls are ended by whoever settles campaigns; nothing of it is dialled from here on. */
export function cancelCampaign(campaign: Campaign, at: number): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'draft':
    case 'running':
    case 'paused':
      return moved(
        campaign,
        { status: 'cancelled', startedAt: startOf(state), endedAt: at, settled: false },
        null,
      );
    case 'cancelled':
      return { result: 'ignored' };
    case 'ended':
      return refused('The campaign has ended.');
  }
}

/** Every call of it has ended, and no further one can come: the end is reported, once. */
export function endCampaign(
  campaign: Campaign,
  { at, reason }: { at: number; reason: EndReason },
): CampaignMove {
  const { state } = campaign;
  switch (state.status) {
    case 'draft':
    case 'running':
    case 'paused':
      return moved(
        campaign,
        { status: 'ended', startedAt: startOf(state), endedAt: at, reason },
        'campaign.ended',
      );
    case 'cancelled':
      return state.settled
        ? { result: 'ignored' }
        : moved(campaign, { ...state, settled: true }, 'campaign.ended');
    case 'ended':
      return { result: 'ignored' };
  }
}

function startOf(state: CampaignState): number | null {
  return 'startedAt' in state ? state.startedAt : null;
}

function moved(campaign: Campaign, state: CampaignState, fact: CampaignFact['type'] | null): CampaignMove {
  return { result: 'moved', campaign: { ...campaign, state }, facts: fact === null ? [] : [{ type: fact }] };
}

function refused(detail: string): CampaignMove {
  return { result: 'refused', detail };
}
