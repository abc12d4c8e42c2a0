import { startChannelTap, type TappedChannel } from './channel-tap.ts';
import { lastCallsWithinMs, pressAfterMs } from './contender.ts';
import { percentilesOf, round, type Percentiles } from './percentiles.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { placeCalls, type Load } from './place-calls.ts';
import { startBenchAsterisk } from './start-bench-asterisk.ts';
import { startBenchGateway, type BenchGateway } from './start-bench-gateway.ts';
import type { ReceivedEvent } from './start-webhook-receiver.ts';

/** What people on the phone and the orchestrator wait for, at one load. Milliseconds. */
export interface Latency {
  load: Load;
  /** Asterisk's clock: the end of the key press → the next prompt's first sound begins. */
  keyToPrompt: Percentiles;
  /** Asterisk's clock: the 200 to the INVITE was handled → the first prompt begins. */
  answerToSound: Percentiles;
  /** Asterisk's clock for the end of the channel, the receiver's for the whole body of `call.ended`; one machine, one clock. */
  hangUpToWebhook: Percentiles;
  /** The request's due time → its 202. */
  acceptedAfter: Percentiles;
  /** Answered and not yet gone, by Asterisk’s clock. */
  talkingAtMost: number;
  /** Calls that were not accepted, not completed or not reported. */
  lost: number;
  /** Calls whose phone was picked up, which these do at once, more than `lateAfterMs` after their request was due. */
  late: number;
  /** Webhooks missing or out of order, over all calls. */
  misreported: number;
  /** From the first answer to the last, in calls per second. */
  answeredPerSecond: number;
}

/** No call waits for another here: carrier and pace are far from their limits. */
const lateAfterMs = 1_000;
const warmUp: Load = { calls: 30, perSecond: 10 };
/** From call.queued to call.ended; `call.ringing` among them, since these phones ring. */
const eventsOfCall = 7;

/** One gateway through all loads, from the lightest to the heaviest. */
export async function measureLatency(
  loads: readonly Load[],
  options: { profileDir: string | null; say: (line: string) => void },
): Promise<Latency[]> {
  await using open = new AsyncDisposableStack();
  const bench = await startBenchAsterisk({ pressAfterMs });
  open.defer(() => bench.stop());
  const gateway = await startBenchGateway(bench, { profileDir: options.profileDir });
  open.defer(() => gateway.stop());
  const tap = await startChannelTap(bench);
  open.defer(() => tap.stop());
  const numbers = createPhoneNumbers();
  const latencies: Latency[] = [];
  for (const load of [warmUp, ...loads]) {
    if (load !== warmUp) options.say(`latencies: ${load.calls} calls at ${load.perSecond} per second`);
    tap.clear();
    gateway.webhooks.take();
    const placed = await placeCalls(gateway, load, { numbers });
    const events = await eventsUntilAllEnded(gateway, load);
    const acceptedAfter = percentilesOf(placed.acceptedAfterMs);
    const late = lateCalls({ dueAt: placed.dueAt, channels: tap.channels, events });
    latencies.push({ load, acceptedAfter, late, ...latencyOf(tap.channels, events, load.calls) });
  }
  return latencies.slice(1);
}

/** Calls that do not end in time are counted as lost, and stop nothing. */
async function eventsUntilAllEnded({ webhooks }: BenchGateway, { calls }: Load): Promise<ReceivedEvent[]> {
  await webhooks.callsEnded(calls, lastCallsWithinMs).catch(() => undefined);
  return webhooks.take().events;
}

function latencyOf(
  channels: ReadonlyMap<string, TappedChannel>,
  events: readonly ReceivedEvent[],
  calls: number,
): Omit<Latency, 'load' | 'acceptedAfter' | 'late'> {
  const ended = events.filter((event) => event.type === 'call.ended');
  const all = [...channels.values()];
  const webhookDelays = ended.flatMap(({ attempt, receivedAt }) => {
    const destroyedAt = attempt === null ? null : (channels.get(attempt)?.destroyedAt ?? null);
    return destroyedAt === null ? [] : [receivedAt - destroyedAt];
  });
  return {
    keyToPrompt: percentilesOf(all.flatMap(keyToPrompt)),
    answerToSound: percentilesOf(all.flatMap(answerToSound)),
    hangUpToWebhook: percentilesOf(webhookDelays),
    talkingAtMost: mostAtOnce(all),
    lost: calls - ended.filter((event) => event.outcome === 'completed').length,
    misreported: calls - callsToldInOrder(events),
    answeredPerSecond: rateOf(all.flatMap((channel) => channel.pickedUpAt ?? [])),
  };
}

function lateCalls(seen: {
  dueAt: ReadonlyMap<string, number>;
  channels: ReadonlyMap<string, TappedChannel>;
  events: readonly ReceivedEvent[];
}): number {
  const ended = seen.events.filter((event) => event.type === 'call.ended');
  return ended.filter(({ call, attempt }) => {
    const pickedUpAt = seen.channels.get(attempt ?? '')?.pickedUpAt ?? Infinity;
    return pickedUpAt - (seen.dueAt.get(call ?? '') ?? 0) > lateAfterMs;
  }).length;
}

function keyToPrompt({ keyAt, plays }: TappedChannel): number[] {
  const next = keyAt === null ? undefined : plays.find((play) => play.startedAt >= keyAt);
  return next && keyAt !== null ? [next.startedAt - keyAt] : [];
}

function answerToSound({ pickedUpAt, plays }: TappedChannel): number[] {
  const [first] = plays;
  return first && pickedUpAt !== null ? [first.startedAt - pickedUpAt] : [];
}

function mostAtOnce(channels: readonly TappedChannel[]): number {
  const changes = channels.flatMap(({ pickedUpAt, destroyedAt }) =>
    pickedUpAt === null || destroyedAt === null
      ? []
      : [
          { at: pickedUpAt, by: 1 },
          { at: destroyedAt, by: -1 },
        ],
  );
  let [now, most] = [0, 0];
  for (const { by } of changes.toSorted((one, other) => one.at - other.at)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** Each with all its events, in the order of their sequence as they arrived. */
function callsToldInOrder(events: readonly ReceivedEvent[]): number {
  const bySequence = Map.groupBy(events, (event) => event.call);
  return [...bySequence.values()].filter(
    (told) => told.length === eventsOfCall && told.every(({ sequence }, index) => sequence === index + 1),
  ).length;
}

function rateOf(instants: readonly number[]): number {
  if (instants.length < 2) return 0;
  const spanMs =
    instants.reduce((one, other) => Math.max(one, other)) -
    instants.reduce((one, other) => Math.min(one, other));
  return round(((instants.length - 1) * 1000) / spanMs);
}
