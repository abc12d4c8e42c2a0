import { setTimeout as pause } from 'node:timers/promises';
import { round } from './percentiles.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { residentMb } from './process-cost.ts';
import { startBenchAsterisk, type AskAri } from './start-bench-asterisk.ts';
import { startBenchGateway } from './start-bench-gateway.ts';

/** Memory of the gateway's process alone (RSS), in MB. */
export interface Memory {
  load: Load;
  /** Channels that Asterisk had when most were there. */
  liveCalls: number;
  beforeMb: number;
  /** The most that was seen while calls came and talked. */
  mostMb: number;
}

/** Longer than all calls take to begin, so that all are live at once. */
const talkMarginMs = 5_000;
const lookEveryMs = 500;

export async function measureMemory(load: Load, options: { say: (line: string) => void }): Promise<Memory> {
  await using open = new AsyncDisposableStack();
  const pressAfterMs = (load.calls * 1000) / load.perSecond + talkMarginMs;
  const bench = await startBenchAsterisk({ pressAfterMs });
  open.defer(() => bench.stop());
  const firstKeyTimeout = `PT${Math.ceil(pressAfterMs / 1000) + 5}S`;
  const gateway = await startBenchGateway(bench, { firstKeyTimeout });
  open.defer(() => gateway.stop());
  options.say(`memory: ${load.calls} live calls`);
  const request = { numbers: createPhoneNumbers() };
  await placeCalls(gateway, { calls: 1, perSecond: 1 }, request);
  await gateway.webhooks.callsEnded(1, pressAfterMs * 2);
  gateway.webhooks.take();

  const beforeMb = await residentMb(gateway.pid);
  const placing = placeCalls(gateway, load, request);
  const allEnded = placing.then(() => gateway.webhooks.callsEnded(load.calls, pressAfterMs * 4));
  let [liveCalls, mostMb, over] = [0, beforeMb, false];
  const ended = allEnded.finally(() => (over = true));
  const watching = watch();
  await ended;
  await watching;
  return { load, liveCalls, beforeMb: round(beforeMb), mostMb: round(mostMb) };

  async function watch(): Promise<void> {
    while (!over) {
      mostMb = Math.max(mostMb, await residentMb(gateway.pid));
      liveCalls = Math.max(liveCalls, await countOf(bench.ari));
      await pause(lookEveryMs);
    }
  }
}

async function countOf(ari: AskAri): Promise<number> {
  return ((await ari('GET', 'channels')) as unknown[]).length;
}
