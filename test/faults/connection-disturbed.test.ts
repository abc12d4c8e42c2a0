import { expect, it } from 'vitest';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import type { TimelineLine } from '../support/api-client.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { useCallLab } from '../support/running-gateway.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** `ROUNDS=100` is the target's number; each takes some eight seconds. */
const rounds = Number(process.env['ROUNDS'] ?? 12);
const callers = 10;
/** Three of the digits 1 to 3 are an answer each, wherever in the flow the question is asked again. */
const numbers = Array.from({ length: 80 }, (_, index) => {
  const keys = index.toString(3).padStart(4, '0');
  return `+91900000${keys.replace(/\d/g, (digit) => String(Number(digit) + 1))}`;
});
const heardAgainWithinMs = 5_000;
/** So long the network stays as it is, once the gateway has found out. */
const awayMs = 2_000;

let network: TcpProxy | null = null;
const lab = useCallLab({
  async environment({ gateway }) {
    network = await startTcpProxy(Number(new URL(gateway.ariUrl).port));
    return { IVRS_ARI_URL: `http://127.0.0.1:${network.port}` };
  },
});

it(
  `the connection to Asterisk is reset, swallowed, refused and delayed, ${rounds} times, with ${callers} on the line`,
  {
    timeout: rounds * 40_000 + 120_000,
  },
  async () => {
    const { gateway, invites } = lab();
    const ended: CallView[] = [];
    let isOver = false;
    const calling = Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        for (let turn = 0; !isOver; turn += 1) {
          const to = numbers[(caller + turn * callers) % numbers.length]!;
          const { id } = await gateway.place(to);
          ended.push(await gateway.ended(id, 120_000));
        }
      }),
    );

    const restored: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await untilMoreAreCalled();
      await disturbances[round % disturbances.length]!();
      restored.push(Date.now());
      await untilReady(200);
    }
    isOver = true;
    await calling;

    for (const { id } of ended)
      expect(gateway.events(id).filter(({ type }) => type === 'call.ended')).toHaveLength(1);
    const attempts = Map.groupBy(ended, ({ to }) => to ?? '');
    for (const [to, calls] of attempts)
      expect(invites.count(to), to).toBeLessThanOrEqual(calls.flatMap((call) => call.attempts).length);
    const { looked, found } = await silences(ended, restored);
    expect(looked, 'somebody was on the line all through').toBeGreaterThan(0);
    expect(found).toEqual([]);
    process.stdout.write(
      `\n${ended.length} calls: ${JSON.stringify(countsOf(ended.map(({ outcome }) => outcome)))}\n\n`,
    );
  },
);

const disturbances: (() => Promise<void>)[] = [
  () => Promise.resolve(network?.cut()),
  async () => {
    network?.swallow(true);
    await nobodyIsDialledWhileAway();
    network?.swallow(false);
  },
  async () => {
    network?.refuse(true);
    network?.cut();
    await nobodyIsDialledWhileAway();
    network?.refuse(false);
  },
  async () => {
    network?.delay(800);
    await untilMoreAreCalled();
    network?.delay(0);
  },
];

async function nobodyIsDialledWhileAway(): Promise<void> {
  const { invites } = lab();
  await untilReady(503);
  const before = invites.all.length;
  await wait(systemClock, awayMs);
  expect(invites.all.length).toBe(before);
}

async function untilReady(status: 200 | 503): Promise<void> {
  const ready = async (): Promise<number> => (await lab().gateway.api.ask('GET', '/readyz')).status;
  await expect.poll(ready, { timeout: 60_000, interval: 50 }).toBe(status);
}

async function untilMoreAreCalled(): Promise<void> {
  const { invites } = lab();
  const before = invites.all.length;
  await expect.poll(() => invites.all.length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before + 2);
}

/** Of calls that were on the line when the connection was restored and for five seconds after: how often, and where nothing was said or asked in these. */
async function silences(
  calls: readonly CallView[],
  restored: readonly number[],
): Promise<{ looked: number; found: string[] }> {
  const silent: string[] = [];
  let looked = 0;
  for (const { id, attempts } of calls) {
    const [attempt] = attempts;
    const [answeredAt, endedAt] = [attempt?.answered_at, attempt?.ended_at].map((at) => Date.parse(at ?? ''));
    const during = restored.filter((at) => answeredAt! < at && at + heardAgainWithinMs < endedAt!);
    if (during.length === 0) continue;
    looked += during.length;
    const lines = await lab().gateway.api.timeline(id);
    const unheard = during.filter((at) => !isHeardAfter(lines, at));
    silent.push(...unheard.map((at) => `${id} after ${new Date(at).toISOString()}`));
  }
  return { looked, found: silent };
}

function isHeardAfter(lines: readonly TimelineLine[], restoredAt: number): boolean {
  return lines.some(({ at, type }) => {
    const after = Date.parse(at) - restoredAt;
    return type === 'prompt' && after > 0 && after <= heardAgainWithinMs;
  });
}

function countsOf(words: readonly (string | null)[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(words, (word) => word ?? 'none')].map(([word, each]) => [word, each.length]),
  );
}
