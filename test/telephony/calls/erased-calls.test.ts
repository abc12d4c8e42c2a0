import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { giveMissedCall } from '../../../asterisk/give-missed-call.ts';
import { tracesInFiles } from '../../support/find-traces.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const lab = useCallLab();

const listens = '+919000009997';
const line = '+911412345697';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(lab().lab.gateway.dataDir, folder), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function channels(): Promise<unknown[]> {
  const { ariUrl, ariUser, ariPassword } = lab().lab.gateway;
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  return (await fetch(`${ariUrl}/ari/channels`, { headers: { authorization } })).json() as Promise<unknown[]>;
}

interface Missed {
  from: string | null;
  call_back: { state: string; call: string | null };
}

async function missedCalls(): Promise<Missed[]> {
  return (await lab().gateway.api.ask<{ data: Missed[] }>('GET', '/v1/missed-calls')).body.data;
}

it(
  'hangs up on whoever is to be forgotten, and leaves no sound and no file of them',
  { timeout: 120_000 },
  async () => {
    const { gateway, invites, lab: asterisks } = lab();
    await gateway.api.ask('PUT', `/v1/lines/${encodeURIComponent(line)}`, {
      body: { mode: 'missed_call', list: 'weather', call_back: { flow: 'quiz', delay: 'PT1H' } },
    });
    const { id } = await gateway.place(listens, { record: true, reference: 'teacher-4711' });
    await gateway.heard(id, 'call.answered');
    const missed = { dialled: line, from: listens.slice(3), givesUpAfterMs: 20_000 };
    await giveMissedCall(asterisks.network, missed);
    await expect.poll(missedCalls, { timeout: 30_000 }).toMatchObject([{ call_back: { state: 'placed' } }]);
    const [placed] = await missedCalls();

    const { body } = await gateway.api.ask<{ id: string }>('POST', '/v1/erasures', { body: { to: listens } });
    const state = async (): Promise<string> =>
      (await gateway.api.ask<{ state: string }>('GET', `/v1/erasures/${body.id}`)).body.state;
    await expect.poll(state, { timeout: 60_000, interval: 100 }).toBe('done');

    expect(await channels()).toEqual([]);
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome: 'cancelled', to: null, reference: null });
    expect(call.attempts[0]).toMatchObject({ recording: null, verdict: { reason: 'answered' } });
    expect(gateway.events(id).map(({ type }) => type)).toEqual([
      ...['call.queued', 'call.attempt_started', 'call.ringing', 'call.answered'],
      ...['call.attempt_ended', 'call.ended'],
    ]);
    expect(invites.count(listens)).toBe(1);
    expect(await filesIn('kept-recordings')).toEqual([]);
    expect(await filesIn('recording')).toEqual([]);
    expect(await filesIn('incoming-calls')).toEqual([]);
    const traces = await tracesInFiles(asterisks.gateway.dataDir, [
      listens,
      listens.slice(3),
      'teacher-4711',
    ]);
    // the embedded database's own files have what was until they are written over
    expect(traces.filter((trace) => !trace.includes('/data/postgres/'))).toEqual([]);
    const [erased] = await missedCalls();
    expect(erased).toMatchObject({ from: null, call_back: placed?.call_back });
    expect(await gateway.ended(placed?.call_back.call ?? '')).toMatchObject({
      outcome: 'cancelled',
      to: null,
    });
  },
);
