import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignView } from '../../../src/domain/campaigns/campaign-view.ts';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';
import { testApiKey } from '../../support/gateway-process.ts';

type Place = Awaited<ReturnType<typeof gatewayPlace>>;
let place: Place;
let gateway: RunningGateway;

beforeAll(async () => {
  place = await gatewayPlace();
  gateway = await startRunningGateway(place.environment);
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await place[Symbol.asyncDispose]();
});

const allDay = { start: '00:00', end: '24:00' };

async function createCampaign(request: Record<string, unknown> = {}): Promise<CampaignView> {
  const body = { name: 'Quiz', flow: 'quiz', calling_hours: allDay, retry: { max_attempts: 1 }, ...request };
  const reply = await gateway.api.ask<CampaignView>('POST', '/v1/campaigns', { body });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201, body: { state: 'draft' } });
  return reply.body;
}

async function upload(id: string, csv: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.process.url}/v1/campaigns/${id}/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testApiKey}`, 'content-type': 'text/csv' },
    body: csv,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A CSV of handsets, by what they do; their references are their places. */
function csvOf(handsets: readonly string[]): string {
  return ['to,reference,metadata.district', ...handsets.map((to, index) => `+91${to},r${index},Pune`)].join(
    '\n',
  );
}

async function move(id: string, action: string, body?: unknown): Promise<CampaignView> {
  const reply = await gateway.api.ask<CampaignView>('POST', `/v1/campaigns/${id}/${action}`, {
    body: body ?? {},
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

async function read(id: string): Promise<CampaignView> {
  return (await gateway.api.ask<CampaignView>('GET', `/v1/campaigns/${id}`)).body;
}

/** The first event of the campaign that is of this type. */
async function told(id: string, type: string): Promise<Record<string, unknown>> {
  const webhook = await gateway.webhooks.waitFor(
    (each) => each.type === type && (each.event?.data['campaign'] as CampaignView | undefined)?.id === id,
    45_000,
  );
  expect(webhook).toMatchObject({ verified: true, sequence: null });
  return webhook.event?.data ?? {};
}

async function csv(id: string, name: string): Promise<string[]> {
  const response = await fetch(`${gateway.process.url}/v1/campaigns/${id}/${name}.csv`, {
    headers: { authorization: `Bearer ${testApiKey}` },
  });
  return (await response.text()).trimEnd().split('\r\n').slice(1);
}

const [completes, hangsUp, declines, unreachable, noSuchNumber] = [
  '9000001299',
  '9000011999',
  '9000219999',
  '9000209999',
  '9000319999',
];

describe('a campaign', () => {
  it(
    'calls everybody once, ends with its last call, and lists who was not reached',
    { timeout: 60_000 },
    async () => {
      const { id } = await createCampaign();
      const csvText = csvOf([completes, hangsUp, declines, unreachable, noSuchNumber, '123']);
      expect(await upload(id, csvText)).toEqual({
        status: 202,
        body: {
          accepted: 5,
          already_there: 0,
          rejected: 1,
          errors: [{ line: 7, pointer: '/to', detail: expect.any(String) as string }],
        },
      });
      expect((await upload(id, csvText)).body).toMatchObject({ accepted: 0, already_there: 5, rejected: 1 });
      expect((await read(id)).counts).toEqual({ total: 5, by_status: { queued: 5 }, by_outcome: {} });

      expect(await move(id, 'start')).toMatchObject({ state: 'running' });
      expect(await move(id, 'close')).toMatchObject({ state: 'running', closed: true });
      expect((await upload(id, csvOf([completes]))).status).toBe(409);
      expect(await told(id, 'campaign.started')).toMatchObject({ campaign: { id, state: 'running' } });
      const ended = await told(id, 'campaign.ended');
      const byOutcome = { completed: 1, invalid_number: 1, partial: 1, rejected: 1, unreachable: 1 };
      expect(ended).toMatchObject({
        reason: 'all_calls_ended',
        unreached: `/v1/campaigns/${id}/unreached.csv`,
        campaign: { state: 'ended', counts: { total: 5, by_status: { ended: 5 }, by_outcome: byOutcome } },
      });

      const unreached = (await csv(id, 'unreached')).map((line) => line.split(',').slice(0, 4));
      expect(unreached.toSorted()).toEqual(
        [
          ['r1', `'+91${hangsUp}`, 'partial', 'q2'],
          ['r2', `'+91${declines}`, 'rejected', ''],
          ['r3', `'+91${unreachable}`, 'unreachable', ''],
          ['r4', `'+91${noSuchNumber}`, 'invalid_number', ''],
        ].toSorted(),
      );
      expect(await csv(id, 'calls')).toHaveLength(5);
      const report = (await gateway.api.ask('GET', `/v1/campaigns/${id}/report?by=metadata.district`)).body;
      expect(report).toMatchObject({
        groups: [
          {
            group: 'Pune',
            calls: 5,
            by_outcome: byOutcome,
            questions: [
              { question: 'q1', answers: { a: 2 } },
              { question: 'q2', answers: { b: 1 } },
            ],
            attempts: [{ attempts: 1, calls: 5, by_outcome: byOutcome }],
          },
        ],
      });
    },
  );

  it(
    'calls nobody before it is started, begins its pilot, and pauses by itself',
    { timeout: 60_000 },
    async () => {
      const { id } = await createCampaign({ pace: { calls_per_second: 20 } });
      await upload(
        id,
        csvOf(Array.from({ length: 8 }, (_, index) => `90002099${String(index).padStart(2, '0')}`)),
      );
      await move(id, 'start', { pilot: 3 });
      expect(await told(id, 'campaign.paused')).toMatchObject({
        reason: 'pilot_done',
        campaign: { state: 'paused' },
      });
      const begun = (campaign: CampaignView): number =>
        campaign.counts.total - (campaign.counts.by_status.queued ?? 0);
      expect(begun(await read(id))).toBe(3);
      await move(id, 'resume');
      await move(id, 'close');
      expect(await told(id, 'campaign.ended')).toMatchObject({
        campaign: { counts: { by_outcome: { unreachable: 8 } } },
      });
    },
  );

  it('that is cancelled ends its calls, and says so once', { timeout: 60_000 }, async () => {
    const { id } = await createCampaign();
    await upload(id, csvOf(['9000199901', '9000199902', '9000199903']));
    await move(id, 'start');
    await expect.poll(async () => (await read(id)).counts.by_status.dialing, { timeout: 20_000 }).toBe(3);
    expect(await move(id, 'cancel')).toMatchObject({ state: 'cancelled' });
    expect(await told(id, 'campaign.ended')).toMatchObject({
      reason: 'cancelled',
      campaign: { counts: { by_outcome: { cancelled: 3 } } },
    });
    expect(await csv(id, 'unreached')).toEqual([]);
  });

  it.each([
    [{ calling_hours: { start: '10:00', end: '09:00' } }, ['/calling_hours/end']],
    [{ calling_hours: allDay, purpose: 'promotional' }, ['/calling_hours/start', '/calling_hours/end']],
  ])('is not created with hours in which nobody may be called: %j', async (request, pointers) => {
    const body = { name: 'Quiz', flow: 'quiz', ...request };
    const refused = await gateway.api.ask<{ errors: { pointer: string }[] }>('POST', '/v1/campaigns', {
      body,
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('is mended for the calls that wait: flow, hours, end and pace', { timeout: 60_000 }, async () => {
    const { id } = await createCampaign({ calling_hours: { start: '00:00', end: '00:10' } });
    await upload(id, csvOf([completes]));
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const change = (body: object) => gateway.api.ask<CampaignView>('PATCH', `/v1/campaigns/${id}`, { body });
    expect(await change({ flow: 'no-such-flow' })).toMatchObject({ status: 422 });
    expect(await change({ ends_at: '2026-01-01T00:00:00Z' })).toMatchObject({ status: 422 });
    expect(await change({ calling_hours: { start: '00:30' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/calling_hours/end' }] },
    });
    await change({ pace: { calls_per_second: 40, max_concurrent: 2 } });
    expect(await change({ pace: { calls_per_second: 50 } })).toMatchObject({
      status: 200,
      body: {
        calling_hours: { start: '00:00', end: '00:10' },
        pace: { max_concurrent: 2, calls_per_second: 50 },
      },
    });
    await change({ pace: { calls_per_second: null } });
    const mended = { calling_hours: allDay, ends_at: endsAt, pace: { max_concurrent: 1 } };
    expect(await change({ flow: 'once', ...mended })).toMatchObject({
      status: 200,
      body: { flow: { id: 'once' }, ends_at: endsAt, pace: { max_concurrent: 1, calls_per_second: null } },
    });
    await move(id, 'start');
    await move(id, 'close');
    expect(await told(id, 'campaign.ended')).toMatchObject({
      campaign: { counts: { by_outcome: { completed: 1 } } },
    });
    const calls = await gateway.api.ask<{ data: { flow: object; responses: object[] }[] }>(
      'GET',
      `/v1/calls?campaign_id=${id}`,
    );
    expect(calls.body.data).toMatchObject([{ flow: { id: 'once' }, responses: [{ question: 'q1' }] }]);
    expect(await change({ pace: {} })).toMatchObject({ status: 409, body: { code: 'campaign_over' } });
  });
});

it('a request for a call may belong to a campaign, and takes from it what it leaves out', async () => {
  const { id } = await createCampaign({ list: 'school-updates', metadata: { district: 'Pune' } });
  const place = (reference: string, key: string) =>
    gateway.api.ask<Record<string, unknown>>('POST', '/v1/calls', {
      body: { to: `+91${completes}`, campaign_id: id, reference },
      idempotencyKey: key,
    });
  const first = await place('t1', 'k1');
  expect(first).toMatchObject({
    status: 202,
    body: { campaign_id: id, list: 'school-updates', flow: { id: 'quiz' }, metadata: { district: 'Pune' } },
  });
  expect(await place('t1', 'k1')).toMatchObject({ status: 202, body: { id: first.body['id'] } });
  expect(await place('t1', 'k2')).toMatchObject({ status: 409, body: { code: 'already_in_campaign' } });
  const nowhere = 'cmp_01k6m3q4t8v5w2x9y7z1a3b5c7';
  expect(
    await gateway.api.ask('POST', '/v1/calls', {
      body: { to: `+91${completes}`, campaign_id: nowhere },
      idempotencyKey: 'k3',
    }),
  ).toMatchObject({ status: 422, body: { errors: [{ pointer: '/campaign_id' }] } });
});
