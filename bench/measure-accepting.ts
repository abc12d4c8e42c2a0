import { pressAfterMs } from './contender.ts';
import { percentilesOf, type Percentiles } from './percentiles.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { startBenchAsterisk } from './start-bench-asterisk.ts';
import { startBenchGateway } from './start-bench-gateway.ts';

/** `POST /v1/calls` at a steady rate, for calls that are not due before tomorrow; milliseconds. */
export interface Accepting {
  load: Load;
  acceptedAfter: Percentiles;
  refused: number;
}

const aDayMs = 86_400_000;
const warmUp: Load = { calls: 200, perSecond: 50 };

export async function measureAccepting(
  load: Load,
  options: { profileDir: string | null; say: (line: string) => void },
): Promise<Accepting> {
  await using open = new AsyncDisposableStack();
  const bench = await startBenchAsterisk({ pressAfterMs });
  open.defer(() => bench.stop());
  const gateway = await startBenchGateway(bench, { profileDir: options.profileDir });
  open.defer(() => gateway.stop());
  options.say(`accepting: ${load.calls} calls at ${load.perSecond} per second`);
  const request = { numbers: createPhoneNumbers(), notBefore: new Date(Date.now() + aDayMs) };
  await placeCalls(gateway, warmUp, request);
  const { acceptedAfterMs, refused } = await placeCalls(gateway, load, request);
  return {
    load,
    acceptedAfter: percentilesOf(acceptedAfterMs),
    refused: refused.values().reduce((sum, count) => sum + count, 0),
  };
}
