import { assert } from '../src/lib/assert.ts';
import { startChannelTap } from './channel-tap.ts';
import { lastCallsWithinMs, pressAfterMs, type CallSounds, type Contender } from './contender.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { cpuOfProcessMs, cpuOfTreeMs } from './process-cost.ts';
import { startBenchAsterisk } from './start-bench-asterisk.ts';
import { startBenchGateway, type BenchGateway } from './start-bench-gateway.ts';

/** The gateway, and what it plays: the others play the same files. */
export interface GatewayContender extends Contender {
  sounds: CallSounds;
}

/** The gateway with its own durable PostgreSQL; its work includes the request to its API and the signed webhooks of the call. */
export async function startGatewayContender(profileDir: string | null): Promise<GatewayContender> {
  await using opening = new AsyncDisposableStack();
  const bench = await startBenchAsterisk({ pressAfterMs });
  opening.defer(() => bench.stop());
  const gateway = await startBenchGateway(bench, { profileDir });
  opening.defer(() => gateway.stop());
  const numbers = createPhoneNumbers();
  const makeCalls = (load: Load): Promise<void> => makeGatewayCalls(gateway, load, numbers);

  const tap = await startChannelTap(bench);
  await makeCalls({ calls: 1, perSecond: 1 });
  const [channel] = tap.channels.values();
  await tap.stop();
  const [question, thanks] = channel?.plays ?? [];
  assert(question && thanks, 'a call has two prompts');
  assert(question.sounds.length > 1, 'the key is pressed when the question is over');

  const running = opening.move();
  return {
    name: 'gateway',
    sounds: { question: question.sounds.map(pathOf), thanks: thanks.sounds.map(pathOf) },
    makeCalls,
    cpuMs: async () => ({
      asterisk: await cpuOfProcessMs(bench.asterisk.pid),
      program: await cpuOfProcessMs(gateway.pid),
      postgres: await cpuOfTreeMs(gateway.postgresPid),
    }),
    stop: () => running.disposeAsync(),
  };
}

/** Calls that were not completed are no work to be measured. */
export async function makeGatewayCalls(
  gateway: BenchGateway,
  load: Load,
  numbers: { next(): string },
): Promise<void> {
  gateway.webhooks.take();
  const { refused } = await placeCalls(gateway, load, { numbers });
  if (refused.size > 0) throw new Error(`the gateway refused calls: ${JSON.stringify([...refused])}`);
  await gateway.webhooks.callsEnded(load.calls, lastCallsWithinMs);
  const { events, refused: forged } = gateway.webhooks.take();
  const ended = events.filter((event) => event.type === 'call.ended');
  const wrong = ended.filter((event) => event.outcome !== 'completed').length;
  if (wrong > 0 || forged > 0)
    throw new Error(`${wrong} calls were not completed, ${forged} webhooks had no good signature`);
}

function pathOf(mediaUri: string): string {
  return mediaUri.replace(/^sound:/, '');
}
