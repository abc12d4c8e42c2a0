import { expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/domain/calls/call-event.ts';
import type { CallId, EndpointId, EventId } from '../../../src/domain/ids.ts';
import type { SendResult } from '../../../src/webhooks/webhook-sender.ts';
import { createEventDelivery } from '../../../src/workflows/deliver-events.ts';
import { InMemoryDeliveries } from '../../support/in-memory-deliveries.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const [calls, eventsOfACall] = [1_430, 7];
const [secondMs, hourMs] = [1_000, 3_600_000];
const betweenCallsMs = (hourMs - eventsOfACall * secondMs) / calls;
const [away, there] = ['away', 'there'].map((name) => `https://${name}.example/hooks`) as [string, string];

/** One event as a receiver took it. */
interface Taken {
  event: StoredEvent;
  at: number;
}

it('a receiver that is away for an hour gets all 10,010 events of it, each call in order, and another one waits for none of them', async () => {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const begin = clock.now();
  const address = (url: string) => ({ url, secrets: ['whsec_eA=='], numbers: 'masked' as const });
  const queue = new InMemoryDeliveries([
    { endpointId: 'whe_away' as EndpointId, ...address(away) },
    { endpointId: 'whe_there' as EndpointId, ...address(there) },
  ]);
  const events = new Map<string, StoredEvent>();
  const taken = { [away]: [] as Taken[], [there]: [] as Taken[] };
  let refusals = 0;
  const delivery = createEventDelivery({
    ...{ queue, clock, random: () => random.next(), log: silentLog },
    numberOf: () => Promise.resolve(null),
    disableEndpoint: () => Promise.reject(new Error('nobody answered 410')),
    sender: {
      send({ url, event: { id } }): Promise<SendResult> {
        if (url === away && clock.now() < begin + hourMs) {
          refusals += 1;
          return Promise.resolve({ result: 'retry', reason: 'refused', status: null, retryAfterMs: null });
        }
        taken[url]!.push({ event: events.get(id)!, at: clock.now() });
        return Promise.resolve({ result: 'delivered', status: 204 });
      },
      close: () => Promise.resolve(),
    },
  });
  delivery.start();
  for (let call = 0; call < calls; call += 1)
    for (let sequence = 1; sequence <= eventsOfACall; sequence += 1)
      clock.setTimer(call * betweenCallsMs + sequence * secondMs, () => {
        const event = eventOf(call, sequence, clock.now());
        events.set(event.id, event);
        delivery.take(queue.make([event], { offer: delivery.handOver() }));
      });
  // those that had failed twice are tried again two hours later at the latest
  await clock.advanceTo(begin + 4 * hourMs);
  await delivery.stop();

  expect(queue.size).toBe(0);
  expect(refusals).toBeGreaterThan(calls);
  for (const each of Object.values(taken)) {
    expect(each).toHaveLength(calls * eventsOfACall);
    const ofCalls = Map.groupBy(each, ({ event }) => event.callId);
    const inOrder = Array.from({ length: eventsOfACall }, (_, index) => index + 1);
    for (const ofCall of ofCalls.values()) expect(ofCall.map(({ event }) => event.sequence)).toEqual(inOrder);
  }
  expect(Math.max(...taken[there]!.map(({ event, at }) => at - event.at))).toBeLessThanOrEqual(secondMs);
});

function eventOf(call: number, sequence: number, at: number): StoredEvent {
  const callId = `call_${call}` as CallId;
  return { id: `evt_${call}_${sequence}` as EventId, type: 'call.ringing', callId, sequence, at, body: '{}' };
}
