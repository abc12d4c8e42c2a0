import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import words from '../../prompts/hi/words.json' with { type: 'json' };
import { useCallLab } from '../support/running-gateway.ts';
import { silentLog } from '../support/silent-log.ts';
import { findSound, readWav, renditionOf } from '../support/sound.ts';

/** A PostgreSQL that is not the gateway's child, so that it stays away for as long as the test wants. */
let folder = '';
let postgres: EmbeddedPostgres | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-test-'));
  postgres = await startPostgres();
}, 60_000);

const lab = useCallLab({
  environment: () => ({
    IVRS_DATABASE_URL: `postgresql:///postgres?host=${encodeURIComponent(postgres?.connection.host ?? '')}&user=ivrs`,
    IVRS_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }),
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

it('a call waits politely while the database is away, and goes on when it is back', async () => {
  const { gateway, lab: both, invites } = lab();
  const to = '+919000001111';
  const { id } = await gateway.place(to);
  await gateway.untilTimeline(id, { type: 'prompt', step: 'q1' });
  await killPostgres();

  const refused = await gateway.post('+919000002222');
  expect(refused).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  for (const path of [`/v1/calls/${id}`, '/v1/calls', '/v1/events', '/v1/webhook-endpoints', '/readyz']) {
    const reply = await gateway.api.ask('GET', path);
    expect([path, reply.status, reply.headers.has('retry-after')]).toEqual([path, 503, true]);
  }
  expect((await gateway.api.ask('GET', '/healthz')).status).toBe(200);

  const pleaseWait = await renditionOf(both.gateway.dataDir, {
    kind: 'text',
    language: 'hi',
    text: words['system.please_wait'],
  });
  const heardSoFar = async (): Promise<number> => {
    const name = (await readdir(both.heardDir)).find((each) => each.startsWith(to.slice(-10)));
    return findSound(pleaseWait, await readWav(join(both.heardDir, name ?? ''))).correlation;
  };
  await expect.poll(heardSoFar, { timeout: 20_000, interval: 500 }).toBeGreaterThan(0.9);

  postgres = await startPostgres();
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'completed', reached: true });
  expect(call.responses.map(({ question, value }) => `${question}=${value}`)).toEqual(['q1=a', 'q2=a']);
  expect(gateway.events(id).filter((event) => event.type === 'call.ended')).toHaveLength(1);
  expect(invites.count(to)).toBe(1);
  // What was not accepted was not dialled, and what comes now is.
  const next = await gateway.place('+919000002222');
  expect(await gateway.ended(next.id)).toMatchObject({ outcome: 'completed' });
  expect(invites.count('+919000002222')).toBe(1);
});

function startPostgres(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog });
}

/** As a power cut would: no session is told, nothing is flushed. It is not started again. */
async function killPostgres(): Promise<void> {
  const [pid] = (await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await postgres?.stop();
}
