import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { CampaignView } from '../../../src/domain/campaigns/campaign-view.ts';
import { createApiClient, type ApiClient } from '../../support/api-client.ts';
import { createTestDatabase } from '../../support/database.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { startGateway, type GatewayProcess } from '../../support/gateway-process.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';

/** Two gateways on one database; the one that dials is killed in the middle of a pilot. */
const test = await createTestDatabase();
const { host, user, database } = test.connection;
const settings = {
  IVRS_DATABASE_URL: `postgresql:///${database}?host=${encodeURIComponent(host ?? '')}&user=${user}`,
  IVRS_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
};
let place: Awaited<ReturnType<typeof gatewayPlace>>;
let first: RunningGateway;
let second: GatewayProcess;
let api: ApiClient;

beforeAll(async () => {
  place = await gatewayPlace(settings);
  first = await startRunningGateway(place.environment);
  second = await startGateway(place.environment);
  api = createApiClient(() => second.url);
}, 90_000);

afterAll(async () => {
  await second.terminate();
  await first.stop();
  await place[Symbol.asyncDispose]();
  await test.drop();
}, 90_000);

/** Their phones ring on; nobody takes them. */
const handsets = Array.from({ length: 30 }, (_, index) => `+9190001999${String(index).padStart(2, '0')}`);
const pilot = 12;

/** Of an attempt that was given back, the gateway says that the fault is its own. */
const wasDialled = ({ attempts }: CallView): boolean =>
  attempts.some(({ verdict }) => verdict?.fault !== 'gateway');

it('a pilot of twelve calls dials twelve, though the gateway that dials is killed meanwhile', async () => {
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
