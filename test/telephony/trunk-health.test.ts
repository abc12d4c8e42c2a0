import { expect, it } from 'vitest';
import { labTrunk } from '../../asterisk/lab-trunks.ts';
import type { ReceivedWebhook } from '../support/webhook-receiver.ts';
import { useCallLab } from '../support/running-gateway.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let manager: TcpProxy;
/** Two trunks that are qualified, and one that is not, over a network to the manager interface that can fail. */
const lab = useCallLab({
  qualifySeconds: 2,
  trunks: [labTrunk('carrier-a'), labTrunk('carrier-b'), labTrunk('carrier-dead', { prefixes: ['+4479'] })],
  async environment({ gateway }) {
    manager = await startTcpProxy(Number(new URL(gateway.amiUrl).port));
    return { IVRS_AMI_URL: `tcp://127.0.0.1:${manager.port}` };
  },
});

interface ShownTrunk {
  state: string;
  reason: string | null;
  health: { asterisk: string; up: boolean }[];
}

async function trunk(name: string): Promise<ShownTrunk> {
  return (await lab().gateway.api.ask<ShownTrunk>('GET', `/v1/trunks/${name}`)).body;
}

const changes = (name: string): ReceivedWebhook[] =>
  lab().gateway.webhooks.received.filter(
    ({ event }) => event?.type === 'trunk.state_changed' && event.data['trunk'] === name,
  );
const until = (name: string, state: Partial<ShownTrunk>, timeout = 40_000): Promise<void> =>
  expect.poll(() => trunk(name), { timeout, interval: 200 }).toMatchObject(state);

it('a trunk whose carrier answers is up, and one that nobody asks is not known', async () => {
  for (const name of ['carrier-a', 'carrier-b'])
    await until(name, { state: 'up', health: [expect.objectContaining({ up: true }) as never] });
  expect(await trunk('carrier-dead')).toMatchObject({ state: 'up', health: [] });
});

it('a phone network that dies is told of once for each trunk, nothing is dialled, and that it is back is told too', async () => {
  const { gateway, lab: asterisks, invites } = lab();
  // as good as dead: nothing answers, and nothing is closed
  process.kill(asterisks.network.pid, 'SIGSTOP');
  for (const name of ['carrier-a', 'carrier-b'])
    await until(name, { state: 'down', reason: 'The carrier does not answer OPTIONS.' });
  const to = '+919000001299';
  const { id } = await gateway.place(to);
  await expect
    .poll(() => gateway.api.call(id), { timeout: 10_000, interval: 100 })
    .toMatchObject({ status: 'queued', attempts: [], problem: { code: 'no_trunk_open' } });
  process.kill(asterisks.network.pid, 'SIGCONT');
  for (const name of ['carrier-a', 'carrier-b']) await until(name, { state: 'up' });
  expect(await gateway.ended(id)).toMatchObject({
    outcome: 'completed',
    attempts: [{ verdict: { reason: 'answered' } }],
  });
  expect(invites.count(to)).toBeLessThanOrEqual(1);
  for (const name of ['carrier-a', 'carrier-b']) {
    await gateway.webhooks.waitFor(
      ({ event }) => event?.data['trunk'] === name && event.data['up'] === true,
      10_000,
    );
    expect(changes(name).map(({ event }) => event?.data['up'])).toEqual([false, true]);
  }
  expect(changes('carrier-dead')).toEqual([]);
});

it('a manager interface that is cut or swallowed is connected to again, and changes no trunk', async () => {
  const before = changes('carrier-a').length;
  const lastSaid = (): string | undefined => managerLines().at(-1);
  const linesBefore = managerLines().length;
  manager.cut();
  await expect.poll(managerLines, { timeout: 20_000, interval: 200 }).toHaveLength(linesBefore + 2);
  expect(lastSaid()).toBe('the manager interface answers again');
  manager.swallow(true);
  await expect.poll(managerLines, { timeout: 30_000, interval: 200 }).toHaveLength(linesBefore + 3);
  manager.swallow(false);
  await expect.poll(managerLines, { timeout: 30_000, interval: 200 }).toHaveLength(linesBefore + 4);
  expect(lastSaid()).toBe('the manager interface answers again');
  expect(await trunk('carrier-a')).toMatchObject({ state: 'up' });
  expect(changes('carrier-a')).toHaveLength(before);
});

/** What the gateway's log says of the manager interface. */
function managerLines(): string[] {
  const { gateway } = lab();
  const lines = gateway.process.log.filter(({ msg }) => msg.includes('manager interface'));
  return lines.map(({ msg }) => msg);
}
