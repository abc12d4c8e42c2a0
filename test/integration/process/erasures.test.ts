import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMissedCallStore } from '../../../src/db/missed-call-store.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { CampaignReport } from '../../../src/domain/campaigns/campaign-report.ts';
import type { ErasureView } from '../../../src/domain/privacy/erasure.ts';
import { lineOf } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { tracesInDatabase, tracesInFiles } from '../../support/find-traces.ts';
import { gatewayPlace, type GatewayPlace } from '../../support/gateway-place.ts';
import { startRunningGateway, type RunningGateway } from '../../support/running-gateway.ts';
import { sampleIds, sampleKey, sampleVault } from '../../support/sample-call.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

let test: TestDatabase;
let place: GatewayPlace;
let gateway: RunningGateway;
/** Gets nothing until the persons are erased. */
let late: WebhookReceiver;

beforeAll(async () => {
  test = await createTestDatabase();
  const { host, user, database } = test.connection;
  place = await gatewayPlace({
    IVRS_DATABASE_URL: `postgresql:///${database}?host=${encodeURIComponent(host ?? '')}&user=${user}`,
    IVRS_ENCRYPTION_KEY: sampleKey.toString('base64'),
  });
  gateway = await startRunningGateway(place.environment);
  late = await startWebhookReceiver();
  late.answerWith({ status: 500 });
  const endpoint = await gateway.api.ask<{ secret: string }>('POST', '/v1/webhook-endpoints', {
    body: { url: late.url, numbers: 'clear' },
  });
  late.secret = endpoint.body.secret;
  for (const [id, flow] of Object.entries(flows)) {
    const stored = await gateway.api.ask('PUT', `/v1/flows/${id}`, { body: flow });
    expect(stored, JSON.stringify(stored.body)).toMatchObject({ status: 201 });
  }
}, 90_000);

afterAll(async () => {
  await gateway.stop();
  await late.stop();
  await place[Symbol.asyncDispose]();
  await test.drop();
}, 60_000);

const options = {
  '1': { value: 'a', call_me_back: true },
  '2': { value: 'b' },
};
const flows = {
  greeting: {
    title: 'Greeting',
    languages: ['hi'],
    steps: [
      { id: 'hello', type: 'message', say: { text: { hi: 'नमस्ते {{name}} जी' } } },
      { id: 'q1', type: 'choice', say: { text: { hi: 'पहला सवाल' } }, options },
      { id: 'age', type: 'digits', say: { text: { hi: 'आपकी उम्र' } }, max: 1 },
    ],
  },
  complaint: {
    title: 'Complaint',
    languages: ['hi'],
    steps: [{ id: 'said', type: 'voice_message', say: { text: { hi: 'बोलिए' } }, review: false }],
  },
};

/** Planted in every way that the API has, and to be found nowhere afterwards. */
const name = 'Ashalatha';
const reference = 'teacher-4711';
const district = 'Karimnagar';
const answersOf = {
  completes: '+919000001299',
  busy: '+919000179999',
  speaks: '+919000519999',
  listens: '+919000009999',
};
const numbers = Object.values(answersOf);
const planted = [
  name,
  reference,
  district,
  ...numbers,
  ...numbers.map((number) => number.slice(-4)).map((end) => `******${end}`),
];

const allDay = { start: '00:00', end: '24:00' };
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const personal = { variables: { name }, metadata: { district }, reference };

const callTo = (to: string, request: Record<string, unknown> = {}): Promise<CallView> =>
  gateway.place(to, { flow: 'greeting', ...personal, ...request });

async function erase(number: string): Promise<string> {
  const reply = await gateway.api.ask<ErasureView>('POST', '/v1/erasures', { body: { to: number } });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202, body: { state: 'pending' } });
  return reply.body.id;
}

async function isDone(id: string): Promise<ErasureView> {
  const read = async (): Promise<ErasureView> =>
    (await gateway.api.ask<ErasureView>('GET', `/v1/erasures/${id}`)).body;
  await expect.poll(read, { timeout: 60_000, interval: 100 }).toMatchObject({ state: 'done' });
  return read();
}

async function traces(): Promise<string[]> {
  return [
    ...(await tracesInDatabase(test.database.hot, planted)),
    ...(await tracesInFiles(place.dataDir, planted)),
  ];
}

const persons = numbers.map((number) => sampleVault.personOf(number));

async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const found = await tracesInDatabase(test.database.hot, texts);
  return [...new Set(found.map((trace) => trace.split(':')[0] ?? ''))];
}

async function report(id: string): Promise<CampaignReport> {
  return (await gateway.api.ask<CampaignReport>('GET', `/v1/campaigns/${id}/report`)).body;
}

async function feed(): Promise<
  { id: string; type: string; sequence: number | null; data: { call?: CallView } }[]
> {
  const read = await gateway.api.ask<{ data: never[] }>('GET', '/v1/events?limit=200');
  return read.body.data;
}

const missedCalls = () => createMissedCallStore({ ...test, ids: sampleIds, onDeliveries: () => undefined });

/** Of somebody who is to be called back in an hour. */
async function giveMissedCall(number: string): Promise<void> {
  const body = { mode: 'missed_call', list: 'weather', call_back: { flow: 'quiz', delay: 'PT1H' } };
  const put = await gateway.api.ask('PUT', '/v1/lines/%2B911412345678', { body });
  expect(put, JSON.stringify(put.body)).toMatchObject({ status: expect.toBeOneOf([200, 201]) as number });
  const at = Date.now();
  const line = lineOf('+911412345678' as LineNumber, body as never, { createdAt: at, changedAt: at });
  const person = test.vault.personOf(number);
  const caller = { kind: 'person', number: number as PhoneNumber } as const;
  await missedCalls().record(
    [{ leg: sampleIds.newId('att'), line, caller, person, trunk: 'simulator', receivedAt: at }],
    at,
  );
}

async function personalFiles(): Promise<string[]> {
  const under = async (folder: string): Promise<string[]> => {
    const entries = await readdir(join(place.dataDir, folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  };
  return [...(await under('renditions/personal')), ...(await under('kept-recordings'))];
}

describe('an erasure', () => {
  it(
    'leaves nothing of a person but what campaigns count and what they said no to',
    { timeout: 180_000 },
    async () => {
      const campaign = await gateway.api.ask<{ id: string }>('POST', '/v1/campaigns', {
        body: { name: 'Quiz', flow: 'greeting', calling_hours: allDay, retry: { max_attempts: 1 } },
      });
      const campaignId = campaign.body.id;
      await gateway.api.ask('POST', `/v1/campaigns/${campaignId}/start`, { body: {} });
      const completed = await callTo(answersOf.completes, {
        campaign_id: campaignId,
        flow: undefined,
        record: true,
      });
      const busy = await callTo(answersOf.busy, { flow: 'complaint', responses: { said: `I am ${name}` } });
      const spoken = await callTo(answersOf.speaks, { flow: 'complaint', record: true });
      expect(await gateway.ended(completed.id)).toMatchObject({ outcome: 'completed' });
      expect(await gateway.ended(busy.id)).toMatchObject({ outcome: 'busy' });
      expect(await gateway.ended(spoken.id, 60_000)).toMatchObject({ outcome: 'completed' });
      const waiting = await callTo(answersOf.completes, { not_before: inAnHour(), responses: { q1: 'b' } });
      const talking = await callTo(answersOf.listens);
      await gateway.heard(talking.id, 'call.answered');
      await giveMissedCall(answersOf.completes);
      await gateway.api.ask('POST', '/v1/opt-outs', {
        body: { to: answersOf.completes, scope: 'list:weather' },
      });
      await gateway.api.ask('POST', '/v1/opt-ins/import', {
        body: [{ to: answersOf.completes, list: 'harvest', person: name }],
      });
      await gateway.heard(waiting.id, 'call.queued');
      const before = await report(campaignId);
      expect(await tablesWith(planted)).toEqual(
        expect.arrayContaining([
          'call_back_requests',
          'calls',
          'events',
          'idempotency_keys',
          'opt_ins',
          'responses',
        ]),
      );
      expect(await tablesWith(persons)).toEqual(
        expect.arrayContaining([
          'attempts',
          'line_callers',
          'missed_calls',
          'opt_outs',
          'phone_numbers',
          'queue',
        ]),
      );
      expect((await personalFiles()).length).toBeGreaterThan(3);

      const erasures = await Promise.all(numbers.map(erase));
      for (const id of erasures) {
        const { requested_at: asked, done_at: done } = await isDone(id);
        expect(Date.parse(done ?? '') - Date.parse(asked)).toBeLessThan(60_000);
      }
      expect(await traces()).toEqual([]);
      expect(await personalFiles()).toEqual([]);
      expect(await tablesWith(persons)).toEqual(['erasures', 'opt_outs']);

      for (const { id } of [waiting, talking]) {
        expect(await gateway.ended(id)).toMatchObject({ outcome: 'cancelled', to: null, reference: null });
        const ends = (await feed()).filter(({ type, data }) => type === 'call.ended' && data.call?.id === id);
        expect(ends).toHaveLength(1);
        expect(gateway.events(id).at(-1)).toMatchObject({ type: 'call.ended' });
        expect(planted.filter((text) => gateway.events(id).at(-1)?.text.includes(text))).toEqual([]);
      }
      const questions = [
        { question: 'q1', answers: { a: 1 } },
        { question: 'age', answers: { '2': 1 } },
      ];
      expect(before.groups[0]).toMatchObject({ by_outcome: { completed: 1 }, questions });
      expect(await report(campaignId)).toEqual({
        groups: [
          { ...before.groups[0], questions: [questions[0], { question: 'age', answers: { erased: 1 } }] },
        ],
      });

      // what had failed so far goes out after all, and whatever is asked for once more
      late.answerWith(({ verified }) => ({ status: verified ? 204 : 401 }));
      const came = late.received.length;
      const [first] = await feed();
      const { body: endpoints } = await gateway.api.ask<{ data: { id: string; url: string }[] }>(
        'GET',
        '/v1/webhook-endpoints',
      );
      const endpoint = endpoints.data.find(({ url }) => url === late.url);
      await gateway.api.ask('POST', `/v1/webhook-endpoints/${endpoint?.id}/replay`, {
        body: { after: first?.id },
      });
      for (const { id } of [completed, busy, spoken, waiting, talking])
        await late.waitFor(
          (webhook) =>
            webhook.verified &&
            webhook.callId === id &&
            webhook.type === 'call.ended' &&
            late.received.indexOf(webhook) >= came,
          30_000,
        );
      const sent = late.received
        .slice(came)
        .map(({ text }) => text)
        .join('\n');
      expect(planted.filter((text) => sent.includes(text))).toEqual([]);

      const blocked = await callTo(answersOf.completes, { list: 'weather' });
      expect(await gateway.ended(blocked.id)).toMatchObject({
        outcome: 'blocked',
        blocked_by: 'list:weather',
      });
      const anew = await callTo(answersOf.completes);
      expect(await gateway.ended(anew.id)).toMatchObject({
        outcome: 'completed',
        to: answersOf.completes,
        reference,
      });
    },
  );
});

/** As long as it is held, what is beside the calls of a person cannot be forgotten. */
async function holdCallers(): Promise<() => Promise<void>> {
  const client = await test.database.hot.connect();
  await client.query('begin');
  await client.query('lock table line_callers in access exclusive mode');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

describe('a gateway that is killed in the middle of an erasure', () => {
  it('is followed by one that goes on with it', { timeout: 120_000 }, async () => {
    const to = '+919000001291';
    const other = { variables: { name: 'Vasundhara' }, reference: 'teacher-0815' };
    const ended = await callTo(to, other);
    expect(await gateway.ended(ended.id)).toMatchObject({ outcome: 'completed' });
    const waiting = await callTo(to, { ...other, not_before: inAnHour() });
    await giveMissedCall(to);
    const mine = ['Vasundhara', 'teacher-0815', to, '******1291'];
    const letGo = await holdCallers();
    const id = await erase(to);
    const nobody = `select count(*)::int as calls from calls where person like 'erased~%' and id = any($1)`;
    const forgotten = async (): Promise<unknown> =>
      (await test.database.hot.query<{ calls: number }>(nobody, [[ended.id, waiting.id]])).rows[0]?.calls;
    await expect.poll(forgotten, { timeout: 30_000, interval: 50 }).toBe(2);
    await gateway.process.kill9();
    await letGo();
    expect(await tracesInDatabase(test.database.hot, ['******1291'])).not.toEqual([]);
    await gateway.startAgain();
    expect(await isDone(id)).toMatchObject({ requested_by: expect.any(String) as string });
    expect([
      ...(await tracesInDatabase(test.database.hot, mine)),
      ...(await tracesInFiles(place.dataDir, mine)),
    ]).toEqual([]);
    expect(await gateway.ended(waiting.id)).toMatchObject({ outcome: 'cancelled' });
  });
});
