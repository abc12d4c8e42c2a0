import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatorTrunkWritten } from '../../../src/domain/calls/trunk.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { runGateway, type GatewayProcess } from '../../support/gateway-process.ts';
import type { RunningGateway } from '../../support/running-gateway.ts';
import { startTwoGateways, type TwoGateways } from '../../support/two-gateways.ts';

let both: TwoGateways;
let first: RunningGateway;
let second: GatewayProcess;
let secondApi: ApiClient;

beforeAll(async () => {
  both = await startTwoGateways();
  ({ first, second, secondApi } = both);
}, 90_000);

afterAll(() => both[Symbol.asyncDispose](), 90_000);

const [completes, ringsOn] = ['+919000001299', '+919000199999'];

async function placeBySecond(to: string): Promise<CallView> {
  const reply = await secondApi.ask<CallView>('POST', '/v1/calls', {
    body: { to, flow: 'quiz', calling_hours: { start: '00:00', end: '24:00' }, retry: { max_attempts: 1 } },
    idempotencyKey: crypto.randomUUID(),
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
  return reply.body;
}

const telephonyOf = async (api: ApiClient): Promise<unknown> => {
  const { body } = await api.ask<{ checks: { name: string }[] }>('GET', '/readyz');
  return body.checks.find(({ name }) => name === 'telephony');
};

describe('a gateway that drives no Asterisk', () => {
  it('is ready, and says who dials', async () => {
    expect(await telephonyOf(secondApi)).toEqual({
      ...{ name: 'telephony', ok: true },
      detail: 'other gateways drive every Asterisk',
    });
    expect(await telephonyOf(first.api)).toEqual({ name: 'telephony', ok: true, detail: null });
  });

  it('takes a call that the other dials, and shows it', async () => {
    const { id } = await placeBySecond(completes);
    expect(await first.ended(id)).toMatchObject({ outcome: 'completed' });
    expect(await secondApi.call(id)).toMatchObject({ outcome: 'completed' });
  });

  it('cancels a call that rings at the other, and answers when its phone is silent', async () => {
    const { id } = await first.place(ringsOn);
    await first.heard(id, 'call.ringing');
    const reply = await secondApi.ask<CallView>('POST', `/v1/calls/${id}/cancel`);
    expect(reply).toMatchObject({ status: 200, body: { status: 'ended', outcome: 'cancelled' } });
    expect(await first.ended(id)).toMatchObject({ outcome: 'cancelled' });
  });

  it(
    'erases somebody whose phone rings at the other, and somebody who talks there',
    { timeout: 90_000 },
    async () => {
      const [rings, talks] = ['+919000199998', '+919000009998'];
      const ringing = await first.place(rings, { reference: 'teacher-4711' });
      const talking = await first.place(talks, { reference: 'teacher-4712' });
      await first.heard(ringing.id, 'call.ringing');
      await first.heard(talking.id, 'call.answered');
      const ask = (to: string) => secondApi.ask<{ id: string }>('POST', '/v1/erasures', { body: { to } });
      const erasures = await Promise.all([rings, talks].map(ask));
      for (const { body } of erasures) {
        const state = async (): Promise<string> =>
          (await secondApi.ask<{ state: string }>('GET', `/v1/erasures/${body.id}`)).body.state;
        await expect.poll(state, { timeout: 60_000, interval: 100 }).toBe('done');
      }
      for (const { id } of [ringing, talking]) {
        const gone = { outcome: 'cancelled', reference: null, to: null };
        expect(await first.ended(id)).toMatchObject(gone);
        expect(first.events(id).filter(({ type }) => type === 'call.ended')).toHaveLength(1);
        expect(first.events(id).at(-1)?.event?.data['call']).toMatchObject(gone);
      }
    },
  );

  it('cancels a campaign whose calls ring at the other, within a second or two', async () => {
    const body = { name: 'Ring', flow: 'quiz', calling_hours: { start: '00:00', end: '24:00' } };
    const campaign = await secondApi.ask<{ id: string }>('POST', '/v1/campaigns', { body });
    const path = `/v1/campaigns/${campaign.body.id}`;
    await secondApi.ask('POST', `${path}/calls`, {
      body: ['+919000199991', '+919000199992'].map((to, index) => ({ to, reference: `r${index}` })),
    });
    await secondApi.ask('POST', `${path}/start`, { body: {} });
    const counts = async (): Promise<unknown> =>
      (await secondApi.ask<{ counts: { by_status: unknown } }>('GET', path)).body.counts.by_status;
    await expect.poll(counts, { timeout: 20_000 }).toMatchObject({ dialing: 2 });
    await secondApi.ask('POST', `${path}/cancel`, { body: {} });
    await expect.poll(counts, { timeout: 10_000 }).toEqual({ ended: 2 });
  });

  it('refuses an API key that was revoked over the other', async () => {
    const body = { name: 'Campaign system', scopes: ['calls:read'] };
    const made = await secondApi.ask<{ id: string; key: string }>('POST', '/v1/api-keys', { body });
    const status = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${made.body.key}` };
      return (await fetch(`${first.process.url}/v1/calls`, { headers })).status;
    };
    expect(await status()).toBe(200);
    await secondApi.ask('DELETE', `/v1/api-keys/${made.body.id}`);
    await expect.poll(status, { interval: 10 }).toBe(401);
  });

  it('is not ready where its trunks are not those in force, and says which differ and how', async () => {
    const trunks = [{ ...simulatorTrunkWritten, channels: 9 }];
    const file = join(both.place.dataDir, 'trunks.json');
    await writeFile(file, JSON.stringify({ trunks }));
    const third = runGateway({ ...both.place.environment, IVRS_TRUNKS_FILE: file });
    await third.said(/^not ready: trunks: .*trunk simulator: channels is 9 here and 250 in force/);
    expect(await third.terminate()).toMatchObject({ status: 0, stderr: '' });
  });

  it('drives it when the other is killed, and dials nobody again whose phone may have rung', async () => {
    const { id } = await first.place(ringsOn);
    await first.heard(id, 'call.ringing');
    await first.process.kill9();
    const driving = await second.said('driving an Asterisk', 30_000);
    expect(driving).toMatchObject({ asterisk: 'simulator' });
    const status = async (): Promise<string> => (await secondApi.call(id)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe('ended');
    expect(await secondApi.call(id)).toMatchObject({ outcome: 'unknown', attempts: [{}] });
    const next = await placeBySecond(completes);
    await first.heard(next.id, 'call.ended');
    expect(await secondApi.call(next.id)).toMatchObject({ outcome: 'completed' });
  });

  it('leaves it to the other at its end, which need not wait', async () => {
    await first.startAgain();
    expect(await telephonyOf(first.api)).toMatchObject({
      ok: true,
      detail: 'other gateways drive every Asterisk',
    });
    const exited = second.terminate();
    await second.said('an Asterisk was left');
    await first.process.said('driving an Asterisk');
    expect(await exited).toMatchObject({ status: 0, stderr: '' });
    const { id } = await first.place(completes);
    expect(await first.ended(id)).toMatchObject({ outcome: 'completed' });
  });
});
