import { describe, expect, it } from 'vitest';
import { labTrunk } from '../../asterisk/lab-trunks.ts';
import type { ReceivedWebhook } from '../support/webhook-receiver.ts';
import { useCallLab } from '../support/running-gateway.ts';

const lab = useCallLab({ trunks: [labTrunk('carrier-a'), labTrunk('carrier-b')] });

interface ShownTrunk {
  state: string;
  closed_until: string | null;
  channels: { taken: number };
  calls_per_second: { configured: number; now: number };
}

async function trunk(name: string, action?: 'drain' | 'resume'): Promise<ShownTrunk> {
  const { api } = lab().gateway;
  const path = `/v1/trunks/${name}`;
  const reply =
    action === undefined
      ? await api.ask<ShownTrunk>('GET', path)
      : await api.ask<ShownTrunk>('POST', `${path}/${action}`);
  expect(reply.status).toBe(200);
  return reply.body;
}

const changed = (name: string, up: boolean): Promise<ReceivedWebhook> =>
  lab().gateway.webhooks.waitFor(
    ({ event }) =>
      event?.type === 'trunk.state_changed' && event.data['trunk'] === name && event.data['up'] === up,
    45_000,
  );

describe('a trunk that is drained', () => {
  it('keeps the call that is on it, and gives the next one to another trunk', async () => {
    const { gateway } = lab();
    const talking = await gateway.place('+919000001219');
    await gateway.heard(talking.id, 'call.answered');
    expect(await trunk('carrier-a', 'drain')).toMatchObject({ state: 'draining', channels: { taken: 1 } });
    const next = await gateway.place('+919000001229');
    expect((await gateway.ended(next.id)).attempts).toMatchObject([{ trunk: 'carrier-b' }]);
    expect(await gateway.ended(talking.id)).toMatchObject({
      outcome: 'completed',
      attempts: [{ trunk: 'carrier-a' }],
    });
    expect(await trunk('carrier-a')).toMatchObject({ state: 'drained', channels: { taken: 0 } });
    expect(await trunk('carrier-a', 'resume')).toMatchObject({ state: 'up' });
    const last = await gateway.place('+919000001129');
    expect((await gateway.ended(last.id)).attempts).toMatchObject([{ trunk: 'carrier-a' }]);
  });

  it('keeps calls waiting that only drained trunks serve, which shows, and dials them once it is resumed', async () => {
    const { gateway, invites } = lab();
    await trunk('carrier-a', 'drain');
    await trunk('carrier-b', 'drain');
    const to = '+919000001139';
    const { id } = await gateway.place(to);
    const other = await gateway.place('+919000001149', { trunk: 'carrier-a' });
    await expect
      .poll(() => gateway.api.call(id), { timeout: 5_000, interval: 100 })
      .toMatchObject({
        status: 'queued',
        problem: {
          code: 'no_trunk_open',
          detail: 'No trunk that serves it is open: carrier-a is drained; carrier-b is drained',
        },
      });
    const readiness = await fetch(`${gateway.process.url}/readyz`);
    expect(readiness.status).toBe(200);
    expect(await readiness.json()).toMatchObject({
      checks: expect.arrayContaining([
        { name: 'trunks', ok: true, detail: 'carrier-a is drained; carrier-b is drained' },
      ]) as unknown,
    });
    expect(invites.count(to)).toBe(0);
    await trunk('carrier-b', 'resume');
    expect((await gateway.ended(id)).attempts).toMatchObject([{ trunk: 'carrier-b' }]);
    expect(await gateway.api.call(other.id)).toMatchObject({
      status: 'queued',
      attempts: [],
      problem: { detail: 'No trunk that serves it is open: carrier-a is drained' },
    });
    await trunk('carrier-a', 'resume');
    expect(await gateway.ended(other.id)).toMatchObject({ attempts: [{ trunk: 'carrier-a' }] });
  });
});

describe('a trunk that carries nothing', () => {
  it('is slowed down, closed, tried with one call after a while, and open again by that', async () => {
    const { gateway, invites } = lab();
    const bound = { trunk: 'carrier-a' };
    const refused = await Promise.all(
      ['1', '2', '3', '4', '5'].map((key) => gateway.place(`+91900034999${key}`, bound)),
    );
    const down = await changed('carrier-a', false);
    expect(down.event).toMatchObject({
      sequence: null,
      data: { reason: 'Several calls in a row failed before any phone rang.' },
    });
    const closed = await trunk('carrier-a');
    expect(closed.state).toMatch(/closed|probing/);
    expect(closed.calls_per_second.now).toBeLessThan(closed.calls_per_second.configured);
    expect(await trunk('carrier-b')).toMatchObject({ state: 'up' });
    const probe = await gateway.place('+919000001239', bound);
    await gateway.heard(probe.id, 'call.ringing');
    await changed('carrier-a', true);
    const [attempt] = (await gateway.ended(probe.id)).attempts;
    expect(attempt).toMatchObject({ trunk: 'carrier-a', verdict: { reason: 'answered' } });
    expect(Date.parse(attempt?.started_at ?? '')).toBeGreaterThanOrEqual(
      Date.parse(closed.closed_until ?? ''),
    );
    expect(await trunk('carrier-a')).toMatchObject({ closed_until: null });
    for (const { id } of refused) await gateway.cancel(id);
    expect(invites.count('+919000001239')).toBe(1);
  });
});
