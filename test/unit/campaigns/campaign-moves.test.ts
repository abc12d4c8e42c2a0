import { describe, expect, it } from 'vitest';
import type { Campaign, CampaignState } from '../../../src/domain/campaigns/campaign.ts';
import {
  cancelCampaign,
  closeCampaign,
  endCampaign,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
  type CampaignMove,
} from '../../../src/domain/campaigns/campaign-moves.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';

const at = 1_800_000_000_000;
const startedAt = at - 60_000;
const endedAt = at - 30_000;

const states: Record<string, CampaignState> = {
  draft: { status: 'draft' },
  running: { status: 'running', startedAt, closed: false, pilotLeft: null },
  pilot: { status: 'running', startedAt, closed: false, pilotLeft: 3 },
  closed: { status: 'running', startedAt, closed: true, pilotLeft: null },
  paused: { status: 'paused', startedAt, closed: true, reason: 'pilot_done' },
  ended: { status: 'ended', startedAt, endedAt, reason: 'ends_at' },
  cancelling: { status: 'cancelled', startedAt, endedAt, settled: false },
  cancelled: { status: 'cancelled', startedAt, endedAt, settled: true },
};

const moves: Record<string, (campaign: Campaign) => CampaignMove> = {
  start: (campaign) => startCampaign(campaign, { at, pilot: null }),
  pilot: (campaign) => startCampaign(campaign, { at, pilot: 100 }),
  pause: (campaign) => pauseCampaign(campaign, 'requested'),
  resume: resumeCampaign,
  close: closeCampaign,
  cancel: (campaign) => cancelCampaign(campaign, at),
  end: (campaign) => endCampaign(campaign, { at, reason: 'all_calls_ended' }),
};

/** What the move does in each state: the new state with the event that it reports, or why it does nothing. */
const running = { status: 'running', startedAt: at, closed: false, pilotLeft: null };
const table: Record<string, Record<string, 'ignored' | 'refused' | [state: object, event: string | null]>> = {
  start: {
    ...{ draft: [running, 'campaign.started'], running: 'ignored', pilot: 'ignored', closed: 'ignored' },
    ...{ paused: 'refused', ended: 'refused', cancelling: 'refused', cancelled: 'refused' },
  },
  pilot: { draft: [{ ...running, pilotLeft: 100 }, 'campaign.started'] },
  pause: {
    draft: 'refused',
    running: [{ status: 'paused', startedAt, closed: false, reason: 'requested' }, 'campaign.paused'],
    pilot: [{ status: 'paused', startedAt, closed: false, reason: 'requested' }, 'campaign.paused'],
    closed: [{ status: 'paused', startedAt, closed: true, reason: 'requested' }, 'campaign.paused'],
    ...{ paused: 'ignored', ended: 'refused', cancelling: 'refused', cancelled: 'refused' },
  },
  resume: {
    ...{ draft: 'refused', running: 'ignored', pilot: 'ignored', closed: 'ignored' },
    paused: [{ status: 'running', startedAt, closed: true, pilotLeft: null }, 'campaign.started'],
    ...{ ended: 'refused', cancelling: 'refused', cancelled: 'refused' },
  },
  close: {
    draft: 'refused',
    running: [{ status: 'running', startedAt, closed: true, pilotLeft: null }, null],
    pilot: [{ status: 'running', startedAt, closed: true, pilotLeft: 3 }, null],
    ...{
      closed: 'ignored',
      paused: 'ignored',
      ended: 'ignored',
      cancelling: 'refused',
      cancelled: 'refused',
    },
  },
  cancel: {
    draft: [{ status: 'cancelled', startedAt: null, endedAt: at, settled: false }, null],
    running: [{ status: 'cancelled', startedAt, endedAt: at, settled: false }, null],
    paused: [{ status: 'cancelled', startedAt, endedAt: at, settled: false }, null],
    ...{ ended: 'refused', cancelling: 'ignored', cancelled: 'ignored' },
  },
  end: {
    draft: [{ status: 'ended', startedAt: null, endedAt: at, reason: 'all_calls_ended' }, 'campaign.ended'],
    closed: [{ status: 'ended', startedAt, endedAt: at, reason: 'all_calls_ended' }, 'campaign.ended'],
    paused: [{ status: 'ended', startedAt, endedAt: at, reason: 'all_calls_ended' }, 'campaign.ended'],
    cancelling: [{ status: 'cancelled', startedAt, endedAt, settled: true }, 'campaign.ended'],
    ...{ ended: 'ignored', cancelled: 'ignored' },
  },
};

const cases = Object.entries(table).flatMap(([move, row]) =>
  Object.entries(row).map(([state, expected]) => ({ move, state, expected })),
);

describe('a campaign', () => {
  it.each(cases)('that is $state: $move', ({ move, state, expected }) => {
    const moved = moves[move]!(sampleCampaign({ state: states[state]! }));
    if (typeof expected === 'string') {
      expect(moved.result).toBe(expected);
      return;
    }
    expect(moved).toMatchObject({ result: 'moved', campaign: { state: expected[0] } });
    expect(moved.result === 'moved' && moved.facts).toEqual(
      expected[1] === null ? [] : [{ type: expected[1] }],
    );
  });
});
