import { expect, it } from 'vitest';
import { useCallLab } from '../support/running-gateway.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

let network: TcpProxy | null = null;
const lab = useCallLab({
  async environment({ gateway }) {
    network = await startTcpProxy(Number(new URL(gateway.ariUrl).port));
    return { IVRS_ARI_URL: `http://127.0.0.1:${network.port}` };
  },
});

it('calls go on where they were after the connection to Asterisk was cut', async () => {
  const { gateway, invites } = lab();
  const asked = await gateway.place('+919000001111');
  await gateway.untilTimeline(asked.id, { type: 'prompt', step: 'q1' });
  const ringing = await gateway.place('+919000002222');
  await gateway.heard(ringing.id, 'call.ringing');
  network?.cut();
  for (const { id } of [asked, ringing]) {
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome: 'completed', attempts: [{ verdict: { reason: 'answered' } }] });
    expect(gateway.events(id).filter((event) => event.type === 'call.ended')).toHaveLength(1);
  }
  expect(invites.all.map((invite) => invite.nationalNumber)).toEqual(['9000001111', '9000002222']);
});

it('nothing is dialled while Asterisk cannot be heard, and all of it when it is back', async () => {
  const { gateway, invites } = lab();
  const picksUp = '+919000003333';
  const waits = '+919000001133';
  const { id } = await gateway.place(picksUp);
  await gateway.heard(id, 'call.ringing');
  network?.refuse(true);
  network?.cut();
  await expect.poll(async () => (await gateway.api.ask('GET', '/readyz')).status).toBe(503);
  const readiness = await gateway.api.ask<{ checks: { name: string; ok: boolean; detail: string | null }[] }>(
    'GET',
    '/readyz',
  );
  const telephony = readiness.body.checks.find((check) => check.name === 'telephony');
  expect(telephony).toMatchObject({ ok: false, detail: expect.stringMatching(/Asterisk.+\./) as string });
  const queued = await gateway.place(waits);
  await untilAnswered(id);
  expect(invites.count(waits)).toBe(0);
  expect((await gateway.api.call(queued.id)).status).toBe('queued');
  network?.refuse(false);
  expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed', attempts: [{ number: 1 }] });
  expect(await gateway.ended(queued.id)).toMatchObject({ outcome: 'completed', attempts: [{ number: 1 }] });
  expect([invites.count(picksUp), invites.count(waits)]).toEqual([1, 1]);
});

it(
  'every call ends when Asterisk itself dies, and the next ones are made',
  { timeout: 120_000 },
  async () => {
    const { gateway, invites, lab: both } = lab();
    const talking = await gateway.place('+919000009999');
    const ringing = await gateway.place('+919000199999', { retry: { max_attempts: 3 } });
    await gateway.heard(talking.id, 'call.answered');
    await gateway.heard(ringing.id, 'call.ringing');
    await both.gateway.kill9();
    await both.gateway.startAgain();
    expect(await gateway.ended(talking.id)).toMatchObject({
      outcome: 'partial',
      reached: true,
      attempts: [{ verdict: { reason: 'lost' } }],
    });
    expect(await gateway.ended(ringing.id)).toMatchObject({
      outcome: 'unknown',
      reached: false,
      attempts: [{ verdict: { reason: 'lost' } }],
    });
    const next = await gateway.place('+919000001122');
    expect(await gateway.ended(next.id)).toMatchObject({ outcome: 'completed' });
    expect(invites.count('+919000199999')).toBe(1);
  },
);

/** Asked of Asterisk itself, past the connection that is away. */
async function untilAnswered(id: string): Promise<void> {
  const { gateway, lab: both } = lab();
  const { ariUrl, ariUser, ariPassword } = both.gateway;
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  const [attempt] = (await gateway.api.call(id)).attempts;
  const state = async (): Promise<unknown> => {
    const reply = await fetch(`${ariUrl}/ari/channels/${attempt?.id ?? ''}`, { headers: { authorization } });
    return ((await reply.json()) as { state?: string }).state;
  };
  await expect.poll(state, { timeout: 10_000 }).toBe('Up');
}
