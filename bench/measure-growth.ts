import { setTimeout as pause } from 'node:timers/promises';
import {
  costOfCalls,
  makeCalls,
  medianCost,
  startCalledGateway,
  storeTalk,
  type CalledGateway,
  type CostOfCall,
} from './called-gateway.ts';
import { toneOf } from './tone.ts';
import { round } from './percentiles.ts';
import { createSimulatedNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { residentMb } from './process-cost.ts';
import type { SimulatedBenchGateway } from './start-simulated-gateway.ts';

/** What a call costs the gateway and PostgreSQL while so many others listen, by the number of others; CPU in milliseconds. */
export interface Growth {
  load: Load;
  rounds: number;
  levels: GrowthLevel[];
}

export interface GrowthLevel extends CostOfCall {
  othersLive: number;
  /** RSS of the gateway's process after the rounds, in MB. */
  residentMb: number;
}

export interface GrowthLoad {
  load: Load;
  rounds: number;
  /** From the fewest to the most. */
  othersLive: readonly number[];
  warmUp: Load;
}

const longTalkId = 'bench-long-talk';
/** Longer than the whole measurement takes, also on a busy machine. */
const longTalkMs = 9.9 * 60_000;
const placedPerSecond = 25;
const othersWithinMs = 60_000;
const lookEveryMs = 100;

/**
 * The same calls at the same rate, while more and more people listen to a long message on other calls: what each of them costs must not grow with
 * those who are on the line.
 */
export async function measureGrowth(
  { load, rounds, othersLive, warmUp }: GrowthLoad,
  options: { profileDir: string | null; say: (line: string) => void },
): Promise<Growth> {
  await using open = new AsyncDisposableStack();
  const most = Math.max(...othersLive);
  const limits = { channels: most + load.calls, calls_per_second: 200 };
  const gateway = await startCalledGateway(open, { ...options, limits });
  await storeLongTalk(gateway);
  const [measured, others] = [
    createSimulatedNumbers(['3', '4', '5', '6']),
    createSimulatedNumbers(['0', '1', '2']),
  ];
  await makeCalls(gateway, warmUp, measured);

  const levels: GrowthLevel[] = [];
  let live = 0;
  for (const wanted of othersLive) {
    await placeOthers(gateway, { count: wanted - live, numbers: others });
    live = wanted;
    options.say(`growth: ${load.calls} calls while ${live} others listen`);
    const costs: CostOfCall[] = [];
    for (let done = 0; done < rounds; done += 1) {
      const make = (): Promise<void> => makeCalls(gateway, load, measured);
      costs.push(await costOfCalls(gateway, { calls: load.calls, make }));
    }
    levels.push({
      othersLive: live,
      ...medianCost(costs),
      residentMb: round(await residentMb(gateway.pid)),
    });
  }
  return { load, rounds, levels };
}

/** One key, whichever; then a message that goes on and on. */
async function storeLongTalk(gateway: SimulatedBenchGateway): Promise<void> {
  const tone = { stream: new Blob([toneOf(longTalkMs)]).stream(), type: 'audio/wav' };
  const stored = await gateway.ask('PUT', '/v1/prompts/bench.long/en', tone);
  if (stored.status >= 300) throw new Error(`the long message was refused: ${JSON.stringify(stored.body)}`);
  await storeTalk(gateway, { id: longTalkId, say: 'bench.long' });
}

/** Resolves when all of them listen to the long message. */
async function placeOthers(
  gateway: CalledGateway,
  { count, numbers }: { count: number; numbers: { next(): string } },
): Promise<void> {
  gateway.webhooks.take();
  await placeCalls(gateway, { calls: count, perSecond: placedPerSecond }, { flow: longTalkId, numbers });
  let answered = 0;
  for (const giveUpAt = Date.now() + othersWithinMs; answered < count;) {
    await pause(lookEveryMs);
    answered += gateway.webhooks.take().events.filter(({ type }) => type === 'call.response_recorded').length;
    if (Date.now() > giveUpAt) throw new Error(`only ${answered} of ${count} listen to the long message`);
  }
}
