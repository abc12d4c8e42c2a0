import { medianOf, round } from './percentiles.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { cpuOfProcessMs, cpuOfTreeMs } from './process-cost.ts';
import { sendTo } from './start-bench-gateway.ts';
import {
  startSimulatedGateway,
  type SimulatedBenchGateway,
  type SimulatedGatewayOptions,
} from './start-simulated-gateway.ts';
import { startWebhookReceiver, type WebhookReceiver } from './start-webhook-receiver.ts';

/** A gateway whose phones are simulated, in its own process; webhooks are sent and PostgreSQL is durable. */
export type CalledGateway = SimulatedBenchGateway & { webhooks: WebhookReceiver };

/** What a call costs; CPU in milliseconds. */
export interface CostOfCall {
  program: number;
  postgres: number;
  total: number;
}

/** Of the flow that is measured: one key, whichever, and a few words. */
export const talkId = 'bench-talk';
const lastCallsWithinMs = 60_000;

/** @param opening what ends it */
export async function startCalledGateway(
  opening: AsyncDisposableStack,
  options: SimulatedGatewayOptions,
): Promise<CalledGateway> {
  const webhooks = await startWebhookReceiver();
  opening.defer(() => webhooks.stop());
  const started = await startSimulatedGateway(options);
  opening.defer(() => started.stop());
  await sendTo(webhooks, started.api);
  const gateway = { ...started, webhooks };
  await storeTalk(gateway, { id: talkId, say: { text: { en: 'Thank you very much.' } } });
  return gateway;
}

/** @param talk.say what follows upon the key */
export async function storeTalk(
  gateway: SimulatedBenchGateway,
  { id, say }: { id: string; say: string | { text: Record<string, string> } },
): Promise<void> {
  const ask = {
    id: 'key',
    type: 'digits',
    say: { text: { en: 'Press a key.' } },
    min: 1,
    max: 1,
  };
  const json = { title: id, languages: ['en'], steps: [ask, { id: 'talk', type: 'message', say }] };
  const flow = await gateway.ask('PUT', `/v1/flows/${id}`, { json });
  if (flow.status >= 300) throw new Error(`a flow was refused: ${JSON.stringify(flow.body)}`);
}

/** Resolves when all of them are completed and reported. */
export async function makeCalls(
  gateway: CalledGateway,
  load: Load,
  numbers: { next(): string },
): Promise<void> {
  gateway.webhooks.take();
  const { refused } = await placeCalls(gateway, load, { flow: talkId, numbers });
  if (refused.size > 0) throw new Error(`the gateway refused calls: ${JSON.stringify([...refused])}`);
  await gateway.webhooks.callsEnded(load.calls, lastCallsWithinMs);
  const ended = gateway.webhooks.take().events.filter(({ type }) => type === 'call.ended');
  if (ended.length > load.calls) throw new Error('some of the others did not stay on the line');
  const wrong = ended.filter(({ outcome }) => outcome !== 'completed');
  if (wrong.length > 0) throw new Error(`calls ended as ${wrong[0]?.outcome ?? 'nothing'}`);
}

/** Of the calls that `make` makes. */
export async function costOfCalls(
  gateway: CalledGateway,
  { calls, make }: { calls: number; make: () => Promise<void> },
): Promise<CostOfCall> {
  const cpu = async (): Promise<[number, number]> => [
    await cpuOfProcessMs(gateway.pid),
    await cpuOfTreeMs(gateway.postgresPid),
  ];
  const [programBefore, postgresBefore] = await cpu();
  await make();
  const [programAfter, postgresAfter] = await cpu();
  const [program, postgres] = [
    round((programAfter - programBefore) / calls),
    round((postgresAfter - postgresBefore) / calls),
  ];
  return { program, postgres, total: round(program + postgres) };
}

export function medianCost(costs: readonly CostOfCall[]): CostOfCall {
  const [program, postgres] = [
    medianOf(costs.map((cost) => cost.program)),
    medianOf(costs.map((cost) => cost.postgres)),
  ];
  return { program, postgres, total: round(program + postgres) };
}
