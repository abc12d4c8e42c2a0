import { setTimeout as pause } from 'node:timers/promises';
import { toneOf } from './tone.ts';
import { medianOf, round } from './percentiles.ts';
import { createSimulatedNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { cpuOfProcessMs, cpuOfTreeMs, residentMb } from './process-cost.ts';
import { sendTo } from './start-bench-gateway.ts';
import { startSimulatedGateway, type SimulatedBenchGateway } from './start-simulated-gateway.ts';
import { startWebhookReceiver, type WebhookReceiver } from './start-webhook-receiver.ts';

/** What a call costs the gateway and PostgreSQL while so many others listen, by the number of others; CPU in milliseconds. */
export interface Growth {
  load: Load;
  rounds: number;
  levels: GrowthLevel[];
}

export interface GrowthLevel {
  othersLive: number;
  program: number;
  postgres: number;
  total: number;
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

type CalledGateway = SimulatedBenchGateway & { webhooks: WebhookReceiver };

const talkId = 'bench-talk';
const longTalkId = 'bench-long-talk';
/** Longer than the whole measurement takes, also on a busy machine. */
const longTalkMs = 9.9 * 60_000;
const placedPerSecond = 25;
const lastCallsWithinMs = 60_000;
const lookEveryMs = 100;

/**
 * The same calls at the same rate, while more and more people listen to a long message on other calls: what each of them costs must not grow with
 * those who are on the line. The phones are simulated, in the gateway's own process; webhooks are sent and PostgreSQL is durable.
 */
export async function measureGrowth(
  { load, rounds, othersLive, warmUp }: GrowthLoad,
  options: { profileDir: string | null; say: (line: string) => void },
): Promise<Growth> {
  await using open = new AsyncDisposableStack();
  const most = Math.max(...othersLive);
  const limits = { channels: most + load.calls, calls_per_second: 200 };
  const webhooks = await startWebhookReceiver();
  open.defer(() => webhooks.stop());
  const started = await startSimulatedGateway({ ...options, limits });
  open.defer(() => started.stop());
  await sendTo(webhooks, started.api);
  const gateway = { ...started, webhooks };
  await storeTalks(gateway);
  const [measured, others] = [
    createSimulatedNumbers(['3', '4', '5', '6']),
    createSimulatedNumbers(['0', '1', '2']),
  ];
  const make = (calls: Load): Promise<void> => makeCalls(gateway, calls, { flow: talkId, numbers: measured });
  await make(warmUp);

  const levels: GrowthLevel[] = [];
  let live = 0;
  for (const wanted of othersLive) {
    await placeOthers(gateway, { count: wanted - live, numbers: others });
    live = wanted;
    options.say(`growth: ${load.calls} calls while ${live} others listen`);
    const costs: { program: number; postgres: number }[] = [];
    for (let done = 0; done < rounds; done += 1) costs.push(await costOf(gateway, load, make));
    const [program, postgres] = [
      medianOf(costs.map((cost) => cost.program)),
      medianOf(costs.map((cost) => cost.postgres)),
    ];
    const total = round(program + postgres);
    levels.push({
      othersLive: live,
      program,
      postgres,
      total,
      residentMb: round(await residentMb(gateway.pid)),
    });
  }
  return { load, rounds, levels };
}

/** One key, whichever; then a few words, or a message that goes on and on. */
async function storeTalks(gateway: SimulatedBenchGateway): Promise<void> {
  const tone = { stream: new Blob([toneOf(longTalkMs)]).stream(), type: 'audio/wav' };
  const stored = await gateway.ask('PUT', '/v1/prompts/bench.long/en', tone);
  if (stored.status >= 300) throw new Error(`the long message was refused: ${JSON.stringify(stored.body)}`);
  const ask = {
    id: 'key',
    type: 'digits',
    say: { text: { en: 'Press a key.' } },
    min: 1,
    max: 1,
  };
  for (const [id, say] of [
    [talkId, { text: { en: 'Thank you very much.' } }],
    [longTalkId, 'bench.long'],
  ] as const) {
    const json = { title: id, languages: ['en'], steps: [ask, { id: 'talk', type: 'message', say }] };
    const flow = await gateway.ask('PUT', `/v1/flows/${id}`, { json });
    if (flow.status >= 300) throw new Error(`a flow was refused: ${JSON.stringify(flow.body)}`);
  }
}

async function makeCalls(
  gateway: CalledGateway,
  load: Load,
  of: { flow: string; numbers: { next(): string } },
): Promise<void> {
  gateway.webhooks.take();
  const { refused } = await placeCalls(gateway, load, of);
  if (refused.size > 0) throw new Error(`the gateway refused calls: ${JSON.stringify([...refused])}`);
  await gateway.webhooks.callsEnded(load.calls, lastCallsWithinMs);
  const ended = gateway.webhooks.take().events.filter(({ type }) => type === 'call.ended');
  if (ended.length > load.calls) throw new Error('some of the others did not stay on the line');
  const wrong = ended.filter(({ outcome }) => outcome !== 'completed');
  if (wrong.length > 0) throw new Error(`calls ended as ${wrong[0]?.outcome ?? 'nothing'}`);
}

/** Resolves when all of them listen to the long message. */
async function placeOthers(
  gateway: CalledGateway,
  { count, numbers }: { count: number; numbers: { next(): string } },
): Promise<void> {
  gateway.webhooks.take();
  await placeCalls(gateway, { calls: count, perSecond: placedPerSecond }, { flow: longTalkId, numbers });
  let answered = 0;
  for (const giveUpAt = Date.now() + lastCallsWithinMs; answered < count;) {
    await pause(lookEveryMs);
    answered += gateway.webhooks.take().events.filter(({ type }) => type === 'call.response_recorded').length;
    if (Date.now() > giveUpAt) throw new Error(`only ${answered} of ${count} listen to the long message`);
  }
}

async function costOf(
  gateway: CalledGateway,
  load: Load,
  make: (load: Load) => Promise<void>,
): Promise<{ program: number; postgres: number }> {
  const cpu = async (): Promise<[number, number]> => [
    await cpuOfProcessMs(gateway.pid),
    await cpuOfTreeMs(gateway.postgresPid),
  ];
  const [programBefore, postgresBefore] = await cpu();
  await make(load);
  const [program, postgres] = await cpu();
  return {
    program: round((program - programBefore) / load.calls),
    postgres: round((postgres - postgresBefore) / load.calls),
  };
}
