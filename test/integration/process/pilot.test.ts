import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { CampaignView } from '../../../src/domain/campaigns/campaign-view.ts';
import { startTwoGateways, type TwoGateways } from '../../support/two-gateways.ts';

/** The one that dials is killed in the middle of a pilot. */
let both: TwoGateways;

beforeAll(async () => void (both = await startTwoGateways()), 90_000);
afterAll(() => both[Symbol.asyncDispose](), 90_000);

/** Their phones ring on; nobody takes them. */
const handsets = Array.from({ length: 30 }, (_, index) => `+9190001999${String(index).padStart(2, '0')}`);
const pilot = 12;

/** Of an attempt that was given back, the gateway says that the fault is its own. */
const wasDialled = ({ attempts }: CallView): boolean =>
  attempts.some(({ verdict }) => verdict?.fault !== 'gateway');

it('a pilot of twelve calls dials twelve, though the gateway that dials is killed meanwhile', async () => {
  const { first, secondApi: api } = both;
  const hours = { start: '00:00', end: '24:00' };
  // ten in a second: a claim reserves instants up to a second ahead, so some of the twelve are on record and have not left when it dies
  const body = { name: 'Pilot', flow: 'quiz', calling_hours: hours, pace: { calls_per_second: 10 } };
  const { id } = (await api.ask<CampaignView>('POST', '/v1/campaigns', { body })).body;
  const rows = handsets.map((to, index) => ({ to, reference: `r${index}` }));
  await api.ask('POST', `/v1/campaigns/${id}/calls`, { body: rows });
  await api.ask('POST', `/v1/campaigns/${id}/start`, { body: { pilot } });
  await first.webhooks.waitFor(({ type }) => type === 'call.attempt_started', 30_000);
  await first.process.kill9();

  const paused = await first.webhooks.waitFor(({ type }) => type === 'campaign.paused', 60_000);
  expect(paused.event?.data).toMatchObject({ reason: 'pilot_done', campaign: { id, state: 'paused' } });
  const path = `/v1/calls?campaign_id=${id}&limit=100`;
  const { data } = (await api.ask<{ data: CallView[] }>('GET', path)).body;
  expect(data).toHaveLength(handsets.length);
  expect(data.filter(wasDialled)).toHaveLength(pilot);
  await api.ask('POST', `/v1/campaigns/${id}/cancel`, { body: {} });
}, 120_000);
