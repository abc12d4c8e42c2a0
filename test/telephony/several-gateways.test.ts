import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningAsterisk } from '../../asterisk/start-asterisk.ts';
import { startLab, type Lab } from '../../asterisk/start-lab.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import { createApiClient, type ApiClient } from '../support/api-client.ts';
import { elsewhere, startGateway, testApiKey, type GatewayProcess } from '../support/gateway-process.ts';
import { watchInvites, type InviteWitness } from '../support/invite-witness.ts';
import { startRunningGateway, type RunningGateway } from '../support/running-gateway.ts';
import { silentLog } from '../support/silent-log.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/**
 * Two gateways and two Asterisks on one PostgreSQL. The second gateway seems to be on another machine, so that nobody can look up whether it
 * lives; the second Asterisk is reached through a network that can fail.
 */
let folder: string;
let postgres: EmbeddedPostgres;
let lab: Lab;
let south: RunningAsterisk;
let network: TcpProxy;
let invites: InviteWitness;
let environment: Record<string, string>;
let first: RunningGateway;
let second: GatewayProcess;
let secondApi: ApiClient;
let database: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-test-'));
  [postgres, lab] = await Promise.all([
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog, durable: false }),
    startLab(),
  ]);
  south = await lab.another();
  network = await startTcpProxy(Number(new URL(south.ariUrl).port));
  invites = await watchInvites(lab.network);
  environment = await settings();
  database = new Client(postgres.connection);
  first = await startRunningGateway(environment);
  await database.connect();
  second = await startGateway(environment, elsewhere);
  secondApi = createApiClient(() => second.url);
  await second.said('driving an Asterisk');
}, 120_000);

afterAll(async () => {
  await second.kill9();
  await first.stop();
  await database.end();
  await invites.close();
  await network.close();
  await lab.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, 90_000);

/** Each Asterisk carries four calls at most, so that eight at once need both. */
async function settings(): Promise<Record<string, string>> {
  const access = (asterisk: RunningAsterisk, url: string, variable: string) => ({
    ari: { url, user: asterisk.ariUser, password_variable: variable },
    channels: 4,
  });
  const asterisks = [
    { name: 'north', ...access(lab.gateway, lab.gateway.ariUrl, 'NORTH_PASSWORD') },
    { name: 'south', ...access(south, `http://127.0.0.1:${network.port}`, 'SOUTH_PASSWORD') },
  ];
  const file = join(folder, 'asterisks.json');
  await writeFile(file, JSON.stringify({ asterisks }));
  const { IVRS_DATA_DIR = '', IVRS_ASTERISK_DATA_DIR = '', IVRS_TRUNKS_FILE = '' } = lab.environment;
  const query = `host=${encodeURIComponent(postgres.connection.host)}&user=${postgres.connection.user}`;
  return {
    ...{ IVRS_DATA_DIR, IVRS_ASTERISK_DATA_DIR, IVRS_TRUNKS_FILE, IVRS_PORT: '0' },
    IVRS_TELEPHONY: 'asterisk',
    IVRS_ASTERISKS_FILE: file,
    NORTH_PASSWORD: lab.gateway.ariPassword,
    SOUTH_PASSWORD: south.ariPassword,
    IVRS_API_KEY: testApiKey,
    IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
    IVRS_DATABASE_URL: `postgresql:///${postgres.connection.database}?${query}`,
    IVRS_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
}

/** By which Asterisk the call was dialled last; null before. */
async function asteriskOf(id: string): Promise<string | null> {
  const { rows } = await database.query<{ asterisk: string }>(
    'select asterisk from attempts where call_id = $1 order by number desc limit 1',
    [id],
  );
  return rows[0]?.asterisk ?? null;
}

/** What a gateway drives, by its log. */
function drivenBy({ log }: GatewayProcess): string[] {
  const driven = new Set<string>();
  for (const { msg, asterisk } of log) {
    if (msg === 'driving an Asterisk') driven.add(String(asterisk));
    if (msg === 'an Asterisk was left') driven.delete(String(asterisk));
  }
  return [...driven];
}

async function placeBySecond(to: string): Promise<CallView> {
  const reply = await secondApi.ask<CallView>('POST', '/v1/calls', {
    body: { to, flow: 'quiz', calling_hours: { start: '00:00', end: '24:00' }, retry: { max_attempts: 1 } },
    idempotencyKey: randomUUID(),
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
  return reply.body;
}

const valuesOf = (call: CallView): string[] =>
  call.responses.map(({ question, value }) => `${question}=${value}`);

it('each drives one, and calls go over both, whoever took them', async () => {
  // Lines of the log are written together, so the second may say that it drives before the first has said that it left.
  await expect
    .poll(() => [drivenBy(first.process).length, drivenBy(second).length], { timeout: 10_000 })
    .toEqual([1, 1]);
  const numbers = Array.from({ length: 8 }, (_, index) => `+9190000012${index + 1}9`);
  const calls = await Promise.all(
    numbers.map((to, index) => (index % 2 === 0 ? first.place(to) : placeBySecond(to))),
  );
  for (const { id } of calls) expect(await first.ended(id)).toMatchObject({ outcome: 'completed' });
  const asterisks = await Promise.all(calls.map(({ id }) => asteriskOf(id)));
  expect(new Set(asterisks)).toEqual(new Set(['north', 'south']));
  expect(numbers.map((to) => invites.count(to))).toEqual(numbers.map(() => 1));
});

it('a call that rings at one is cancelled through the other, with the proof that it is silent', async () => {
  const ringing = ['+919000199991', '+919000199992', '+919000199993', '+919000199994', '+919000199995'];
  const calls = await Promise.all(ringing.map((to) => first.place(to)));
  for (const { id } of calls) await first.heard(id, 'call.ringing');
  expect(new Set(await Promise.all(calls.map(({ id }) => asteriskOf(id)))).size).toBe(2);
  for (const { id } of calls) {
    const reply = await secondApi.ask<CallView>('POST', `/v1/calls/${id}/cancel`);
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'cancelled' } });
  }
  expect(invites.all.filter(({ live }) => live)).toEqual([]);
});

it('who is asked when a gateway dies hears the question again from the other, and answers it', async () => {
  const [left] = drivenBy(second);
  // A key that is pressed while nobody listens is lost, so the handsets press the same four times.
  const numbers = [
    '+919000001111',
    '+919000002222',
    '+919000003333',
    '+919000001112',
    '+919000001113',
    '+919000002221',
  ];
  const calls = await Promise.all(numbers.map((to) => first.place(to)));
  for (const { id } of calls) await first.untilTimeline(id, { type: 'prompt', step: 'q1' });
  await second.kill9();
  const asterisks = await Promise.all(calls.map(({ id }) => asteriskOf(id)));
  const orphans = calls.filter((_, index) => asterisks[index] === left);
  expect(orphans.length).toBeGreaterThanOrEqual(2);
  await expect.poll(() => drivenBy(first.process), { timeout: 30_000 }).toContain(left);

  for (const { id } of calls) {
    const call = await first.finished(id);
    expect(call).toMatchObject({ outcome: 'completed', attempts: [{ verdict: { reason: 'answered' } }] });
    expect(valuesOf(call)).toHaveLength(2);
  }
  for (const { id } of orphans) {
    const lines = await first.api.timeline(id);
    const asked = lines.filter(({ type, step }) => type === 'prompt' && step === 'q1');
    expect(asked.length).toBeGreaterThanOrEqual(2);
  }
  expect(numbers.map((to) => invites.count(to))).toEqual(numbers.map(() => 1));
});

it('nobody is dialled by the other whose phone may ring at an Asterisk that cannot be reached', async () => {
  second = await startGateway(environment, elsewhere);
  await second.said('driving an Asterisk');
  const to = ['+919000199981', '+919000199982', '+919000199983', '+919000199984', '+919000199985'];
  const calls = await Promise.all(to.map((number) => first.place(number)));
  for (const { id } of calls) await first.heard(id, 'call.ringing');
  const asterisks = await Promise.all(calls.map(({ id }) => asteriskOf(id)));
  const away = to.filter((_, index) => asterisks[index] === 'south');
  expect(away.length).toBeGreaterThanOrEqual(1);
  network.refuse(true);
  network.swallow(true);
  // The same people once more; whoever rings at the other Asterisk is free again when that has ended.
  const again = await Promise.all(to.map((number) => first.place(number)));
  const holders = [first.process, second];
  const holder = holders.find((gateway) => drivenBy(gateway).includes('south'));
  await holder?.said('an Asterisk was left', 40_000);
  const other = holders.find((gateway) => gateway !== holder);
  await expect.poll(() => other && drivenBy(other), { timeout: 30_000 }).toContain('south');
  for (const number of away) expect(invites.count(number)).toBe(1);

  // What was left ringing has rung out meanwhile, or is taken up now: its end is told with the truth that can be had.
  network.swallow(false);
  network.refuse(false);
  for (const { id } of calls) expect(['no_answer', 'unknown']).toContain((await first.finished(id)).outcome);
  for (const { id } of again) expect(await first.finished(id)).toMatchObject({ outcome: 'no_answer' });
  expect(to.map((number) => [invites.count(number), invites.mostAtOnce(number)])).toEqual(
    to.map(() => [2, 1]),
  );
}, 240_000);
