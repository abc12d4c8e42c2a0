import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayPlace } from '../../support/gateway-place.ts';
import { runGateway } from '../../support/gateway-process.ts';
import { startRunningGateway } from '../../support/running-gateway.ts';
import { startFakeAri } from '../asterisk/fake-ari.ts';

/** Whoever says nothing is waited for, longer than a process that is being ended may take. */
const longSilence = {
  ...{ title: 'A long silence', languages: ['en'], defaults: { first_key_timeout: 'PT20S', attempts: 3 } },
  steps: [
    {
      id: 'q1',
      type: 'choice',
      say: { text: { en: 'For yes, press 1.' } },
      options: { '1': { value: 'yes' } },
    },
  ],
};

interface Readiness {
  detail: string;
  checks: { name: string; ok: boolean; detail: string | null }[];
}

describe('a gateway with the simulator', () => {
  it('completes a call without any Asterisk, ends in order, and goes on after a kill on the same data', async () => {
    await using place = await gatewayPlace();
    const gateway = await startRunningGateway(place.environment);
    const { id } = await gateway.place('+919000001299');
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome: 'completed', reached: true });
    expect(call.responses.map(({ question, value }) => `${question}=${value}`)).toEqual(['q1=a', 'q2=b']);
    expect(gateway.events(id).map((event) => event.type)).toEqual([
      'call.queued',
      'call.attempt_started',
      'call.ringing',
      'call.answered',
      'call.response_recorded',
      'call.response_recorded',
      'call.attempt_ended',
      'call.ended',
    ]);

    const postgres = await postgresOf(place.dataDir);
    await gateway.process.kill9();
    await gateway.startAgain();
    expect(await gateway.api.call(id)).toEqual(call);
    expect(await postgresOf(place.dataDir)).not.toBe(postgres);
    expect(await lives(postgres)).toBe(false);

    const last = await postgresOf(place.dataDir);
    expect(await lives(last)).toBe(true);
    const exit = await gateway.process.terminate();
    expect(exit).toEqual({ status: 0, signal: null, stderr: '' });
    expect(gateway.process.log.map((entry) => entry.msg)).toEqual(
      expect.arrayContaining(['listening', 'ready', 'stopping', 'stopped']),
    );
    expect(await lives(last)).toBe(false);
    await gateway.stop();
  });

  it('is gone within 30 seconds of SIGTERM, though a phone talks on', async () => {
    await using place = await gatewayPlace();
    const gateway = await startRunningGateway(place.environment);
    const silent = await gateway.place('+919000009999', { flow: longSilence });
    await gateway.heard(silent.id, 'call.answered');
    const signalledAt = performance.now();
    expect(await gateway.process.terminate()).toEqual({ status: 0, signal: null, stderr: '' });
    expect(performance.now() - signalledAt).toBeLessThan(30_000);
    await gateway.stop();
  });

  it('goes on and ends in order where whoever read its log is gone', async () => {
    await using place = await gatewayPlace();
    const gateway = await startRunningGateway(place.environment);
    gateway.process.stopReading();
    const { id } = await gateway.place('+919000001299');
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
    expect(await gateway.process.terminate()).toEqual({ status: 0, signal: null, stderr: '' });
  });

  it('is ended by Ctrl-C as by SIGTERM', async () => {
    await using place = await gatewayPlace();
    const gateway = runGateway(place.environment);
    await gateway.said('ready');
    gateway.signal('SIGINT');
    expect(await gateway.exited).toEqual({ status: 0, signal: null, stderr: '' });
  });
});

describe('a gateway without its Asterisk', () => {
  it('runs, is not ready, and says why, when nothing listens there', async () => {
    await using place = await gatewayPlace({ ...asterisk, IVRS_ARI_URL: 'http://127.0.0.1:1' });
    const { gateway, telephony } = await readinessOf(place.environment);
    expect(telephony.detail).toMatch(/127\.0\.0\.1:1 cannot be reached .*Check that Asterisk is running/);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(await gateway.terminate()).toEqual({ status: 0, signal: null, stderr: '' });
  });

  it('says that the password is wrong when it is', async () => {
    const ari = await startFakeAri();
    ari.refuseWith = 401;
    await using place = await gatewayPlace({ ...asterisk, IVRS_ARI_URL: ari.url });
    const { gateway, telephony } = await readinessOf(place.environment);
    expect(telephony.detail).toMatch(/refuses the user «ivrs».*IVRS_ARI_PASSWORD/);
    expect(JSON.stringify(gateway.log)).not.toContain(asterisk.IVRS_ARI_PASSWORD);
    expect(await gateway.terminate()).toEqual({ status: 0, signal: null, stderr: '' });
    await ari.close();
  });
});

const asterisk = { IVRS_TELEPHONY: 'asterisk', IVRS_ARI_USER: 'ivrs', IVRS_ARI_PASSWORD: 'not-the-password' };

async function readinessOf(environment: Record<string, string>) {
  const gateway = runGateway(environment);
  await gateway.said('listening');
  await gateway.said(/^not ready: telephony: .*Asterisk/);
  const reply = await fetch(`${gateway.url}/readyz`);
  expect(reply.status).toBe(503);
  expect(reply.headers.get('content-type')).toContain('application/problem+json');
  const { checks } = (await reply.json()) as Readiness;
  expect(checks.filter((check) => !check.ok).map((check) => check.name)).toEqual(['telephony']);
  const telephony = checks.find((check) => check.name === 'telephony');
  return { gateway, telephony: { detail: telephony?.detail ?? '' } };
}

/** The process of the embedded PostgreSQL. */
async function postgresOf(dataDir: string): Promise<number> {
  const [pid] = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

/** One that has ended may be listed until whoever inherited it has asked for its status. */
async function lives(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}
