import { describe, expect, test } from 'vitest';

import type { CallId, DeliveryId, EndpointId, EventId } from '../../../src/domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryQueue,
  HandOver,
  Settlement,
} from '../../../src/domain/webhooks/delivery.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createEventDelivery } from '../../../src/workflows/deliver-events.ts';
import type { DeliverEventsLimits } from '../../../src/workflows/deliver-events.ts';
import { deliveryIdOf, InMemoryDeliveries } from '../../support/in-memory-deliveries.ts';
import type { SendResult, WebhookMessage } from '../../../src/webhooks/webhook-sender.ts';

/** A clock that moves when told, and lets everything settle between its timers. */
function manualClock() {
  let nowMs = 0;
  const timers = new Set<{ at: number; action: () => void }>();
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const clock: Clock = {
    now: () => nowMs,
    setTimer(delayMs, action) {
      const timer = { at: nowMs + Math.max(0, delayMs), action };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
  };
  async function advance(ms: number): Promise<void> {
    const end = nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...timers].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      timers.delete(next);
      nowMs = Math.max(nowMs, next.at);
      next.action();
    }
    nowMs = end;
  }
  return { clock, advance, timers, settle };
}

/** A delivery as the test sees it. */
interface Seen {
  readonly id: DeliveryId;
  readonly event: EventId;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly tries: number;
}

/** The queue in memory, with all that was written down in it, and a database that may be away. */
function watchedQueue() {
  const kept = new InMemoryDeliveries();
  const deliveries: Seen[] = [];
  const results = new Map<DeliveryId, Settlement>();
  const settledBatches: Settlement[][] = [];
  const state = { claims: 0, down: false };
  async function ask<T>(request: () => Promise<T>, settled: readonly Settlement[] = []): Promise<T> {
    if (state.down) throw new Error('planted: no database');
    if (settled.length > 0) settledBatches.push([...settled]);
    for (const settlement of settled) results.set(settlement.id, settlement);
    return request();
  }
  const queue: DeliveryQueue = {
    claimDeliveries(claim) {
      state.claims += 1;
      return ask(() => kept.claimDeliveries(claim), claim.settled);
    },
    settle: (settlements) => ask(() => kept.settle(settlements), settlements),
    nextDeliveryAt: (now) => ask(() => kept.nextDeliveryAt(now)),
  };

  /** Commits an event, and makes its delivery to one endpoint. */
  function make(endpoint: string, call: string | null, offer: HandOver | null, numbers: Numbers = 'masked') {
    const event = `${endpoint}-${call ?? 'none'}-${deliveries.length}` as EventId;
    const body = '{"data":{"call":{"direction":"outgoing","to":"+91******3210"}}}';
    const stored = { id: event, type: 'call.ended', callId: call as CallId | null, sequence: 1, at: 0, body };
    const endpointId = endpoint as EndpointId;
    const address = { endpointId, url: `https://${endpoint}.example/`, secrets: ['whsec_eA=='], numbers };
    const made = kept.make([stored], { offer, to: [address] });
    const id = deliveryIdOf(event, endpointId);
    const seen: Seen = {
      ...{ id, event },
      get state() {
        return results.get(id)?.state ?? 'pending';
      },
      get tries() {
        return results.get(id)?.tries ?? 0;
      },
    };
    deliveries.push(seen);
    return { made, seen };
  }
  const add = (endpoint: string, call: string | null, numbers?: Numbers): Seen =>
    make(endpoint, call, null, numbers).seen;
  return { queue, kept, deliveries, settledBatches, state, make, add };
}

type Numbers = ClaimedDelivery['numbers'];

function setUp(limits: Partial<DeliverEventsLimits> = {}) {
  const time = manualClock();
  const memory = watchedQueue();
  const sent: WebhookMessage[] = [];
  const disabled: string[] = [];
  const warnings: string[] = [];
  const answers = {
    reply: (() => ({ result: 'delivered', status: 204 })) as (
      message: WebhookMessage,
    ) => SendResult | Promise<SendResult>,
    number: '+919876543210' as string | null,
  };
  const quiet = (): void => undefined;
  const delivery = createEventDelivery(
    {
      queue: memory.queue,
      sender: {
        send: async (message) => {
          sent.push(message);
          return answers.reply(message);
        },
        close: () => Promise.resolve(),
      },
      numberOf: () => Promise.resolve(answers.number),
      disableEndpoint: ({ id }) => Promise.resolve(void disabled.push(id)),
      clock: time.clock,
      random: () => 0,
      log: { debug: quiet, info: quiet, error: quiet, warn: (_, message) => void warnings.push(message) },
    },
    limits,
  );
  return { ...time, ...memory, delivery, sent, answers, disabled, warnings };
}

const idsOf = (messages: WebhookMessage[]): string[] => messages.map((message) => message.event.id);
const numberOf = (id: string): number => Number(id.split('-').at(-1));
const refused: SendResult = {
  result: 'retry',
  reason: 'The receiver answered 500.',
  status: 500,
  retryAfterMs: null,
};

describe('delivering events', () => {
  test('sends what waits at the start, and what comes when it is woken, at once', async () => {
    const { delivery, add, advance, sent, deliveries } = setUp();
    add('a', 'call_1');
    delivery.start();
    await advance(0);
    expect(idsOf(sent)).toEqual(['a-call_1-0']);

    await advance(1000);
    add('a', 'call_2');
    delivery.wake();
    await advance(0);
    expect(idsOf(sent)).toEqual(['a-call_1-0', 'a-call_2-1']);
    await advance(100);
    expect(deliveries.map(({ state, tries }) => ({ state, tries }))).toEqual(
      Array(2).fill({ state: 'delivered', tries: 1 }),
    );
  });

  test('sends the events of a call in order, the next only when the one before is settled', async () => {
    const { delivery, add, advance, sent, answers } = setUp();
    for (let index = 0; index < 4; index += 1) add('a', 'call_1');
    const gate = Promise.withResolvers<SendResult>();
    answers.reply = () => (sent.length === 2 ? gate.promise : { result: 'delivered', status: 204 });
    delivery.start();
    await advance(1000);
    expect(sent).toHaveLength(2);
    gate.resolve({ result: 'delivered', status: 204 });
    await advance(1000);
    expect(idsOf(sent)).toEqual(['a-call_1-0', 'a-call_1-1', 'a-call_1-2', 'a-call_1-3']);
  });

  test('finds what another process put there within five seconds, without being woken', async () => {
    const { delivery, add, advance, sent } = setUp();
    delivery.start();
    await advance(60_000);
    add('a', 'call_1');
    await advance(5000);
    expect(sent).toHaveLength(1);
  });

  test('tries again when it is due, by the schedule, and releases what waited behind a dead event', async () => {
    const { delivery, add, advance, sent, answers, deliveries, clock } = setUp();
    const triedAt: number[] = [];
    const first = add('a', 'call_1');
    add('a', 'call_1');
    answers.reply = ({ event }) => {
      if (event.id !== first.event) return { result: 'delivered', status: 204 };
      triedAt.push(clock.now());
      return refused;
    };
    delivery.start();
    await advance(77 * 3_600_000);
    const seconds = triedAt.map((at) => Math.round(at / 1000));
    expect(seconds).toEqual([0, 5, 305, 2105, 9305, 27_305, 63_305, 113_705, 185_705, 272_105]);
    expect(deliveries.map(({ state }) => state)).toEqual(['dead', 'delivered']);
    expect(sent).toHaveLength(11);
  });

  test('an endpoint that hangs keeps no other waiting', async () => {
    const { delivery, add, advance, sent, answers } = setUp({ inFlight: 10, perEndpoint: 4 });
    for (let index = 0; index < 100; index += 1) add('slow', `call_${index}`);
    for (let index = 0; index < 100; index += 1) add('quick', `call_${index}`);
    answers.reply = ({ url }) =>
      url.includes('slow') ? new Promise<SendResult>(() => undefined) : { result: 'delivered', status: 200 };
    delivery.start();
    await advance(2000);
    const count = (name: string): number => sent.filter(({ url }) => url.includes(name)).length;
    expect(count('quick')).toBe(100);
    expect(count('slow')).toBe(4);
  });

  test('sends on at once when an endpoint has answered its share, however far apart rounds are', async () => {
    const { delivery, add, advance, sent } = setUp({ perEndpoint: 10, roundMs: 10_000 });
    for (let index = 0; index < 100; index += 1) add('quick', `call_${index}`);
    delivery.start();
    await advance(1000);
    expect(sent).toHaveLength(100);
  });

  test('has no more in flight than it may', async () => {
    const { delivery, add, advance, answers } = setUp({ inFlight: 5, perEndpoint: 5 });
    for (let index = 0; index < 50; index += 1) add(`e${index % 10}`, `call_${index}`);
    let inFlight = 0;
    let most = 0;
    answers.reply = async () => {
      most = Math.max(most, (inFlight += 1));
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return { result: 'delivered', status: 200 };
    };
    delivery.start();
    await advance(5000);
    expect(most).toBe(5);
  });

  test('settles and claims in batches what came together', async () => {
    const { delivery, add, advance, settledBatches, state } = setUp();
    for (let index = 0; index < 30; index += 1) add('a', `call_${index}`);
    delivery.start();
    for (let index = 0; index < 30; index += 1) delivery.wake();
    await advance(200);
    expect(settledBatches.map((batch) => batch.length)).toEqual([30]);
    expect(state.claims).toBeLessThanOrEqual(3);
  });

  test('fills in the number for endpoints that may have it, and only for them', async () => {
    const { delivery, add, advance, sent, answers } = setUp();
    add('a', 'call_1', 'clear');
    add('b', 'call_1');
    add('c', null, 'clear');
    delivery.start();
    await advance(100);
    const shown = sent.filter(({ event }) => event.body.includes('+919876543210'));
    expect(sent).toHaveLength(3);
    expect(idsOf(shown)).toEqual(['a-call_1-0']);

    answers.number = null;
    add('d', 'call_2', 'clear');
    delivery.wake();
    await advance(100);
    expect(sent[3]?.event.body).toContain('+91******3210');
  });

  test('disables an endpoint that is gone', async () => {
    const { delivery, add, advance, answers, disabled, deliveries } = setUp();
    add('a', 'call_1');
    answers.reply = () => ({ result: 'gone', status: 410 });
    delivery.start();
    await advance(100);
    expect(disabled).toEqual(['a']);
    expect(deliveries[0]?.state).toBe('dead');
  });
});

describe('what is handed over when it is made', () => {
  /** As the ledger does it. */
  function handOver(given: ReturnType<typeof setUp>, endpoint: string, call: string): void {
    given.delivery.take(given.make(endpoint, call, given.delivery.handOver()).made);
  }

  test('is sent at once, in order, without a claim, and written down by the batch', async () => {
    const given = setUp();
    given.delivery.start();
    await given.advance(100);
    const { claims } = given.state;
    for (let index = 0; index < 20; index += 1)
      for (let sequence = 0; sequence < 3; sequence += 1) handOver(given, 'a', `call_${index}`);
    await given.advance(0);
    expect(given.sent).toHaveLength(60);
    for (let index = 0; index < 20; index += 1) {
      const ids = idsOf(given.sent).filter((id) => id.includes(`-call_${index}-`));
      expect(ids).toEqual(ids.toSorted((one, other) => numberOf(one) - numberOf(other)));
    }
    expect(given.state.claims).toBe(claims);
    await given.advance(600);
    expect(given.deliveries.every(({ state }) => state === 'delivered')).toBe(true);
    expect(given.settledBatches.length).toBeLessThanOrEqual(2);
  });

  test('waits for the one before it to be delivered, also where that one failed first', async () => {
    const given = setUp();
    let failures = 0;
    given.answers.reply = () => ((failures += 1) === 1 ? refused : { result: 'delivered', status: 204 });
    given.delivery.start();
    await given.advance(100);
    for (let sequence = 0; sequence < 3; sequence += 1) handOver(given, 'a', 'call_1');
    await given.advance(1000);
    handOver(given, 'a', 'call_1');
    await given.advance(20_000);
    expect(idsOf(given.sent)).toEqual(['a-call_1-0', 'a-call_1-0', 'a-call_1-1', 'a-call_1-2', 'a-call_1-3']);
  });

  test('is left in the queue where its endpoint has enough to do, and claimed when that has room', async () => {
    const given = setUp({ perEndpoint: 2 });
    const gate = Promise.withResolvers<undefined>();
    given.answers.reply = async () => {
      await gate.promise;
      return { result: 'delivered', status: 204 };
    };
    given.delivery.start();
    await given.advance(100);
    for (let index = 0; index < 10; index += 1) handOver(given, 'a', `call_${index}`);
    await given.advance(200);
    expect(given.sent).toHaveLength(2);
    expect(given.deliveries.filter(({ id }) => given.kept.leasedUntil(id) !== null)).toHaveLength(4);
    expect(given.delivery.handOver()?.except).toEqual(['a']);
    gate.resolve(undefined);
    await given.advance(2_000);
    expect(new Set(idsOf(given.sent)).size).toBe(10);
  });

  test('is not sent when its lease is nearly over, since somebody else may have it then', async () => {
    const given = setUp({ perEndpoint: 1 });
    const gate = Promise.withResolvers<undefined>();
    given.answers.reply = async () => {
      if (given.sent.length === 1) await gate.promise;
      return { result: 'delivered', status: 204 };
    };
    given.delivery.start();
    await given.advance(100);
    handOver(given, 'a', 'call_1');
    handOver(given, 'a', 'call_2');
    await given.advance(5_000);
    gate.resolve(undefined);
    await given.advance(1_000);
    expect(given.sent).toHaveLength(1);
    await given.advance(20_000);
    expect(idsOf(given.sent)).toEqual(['a-call_1-0', 'a-call_2-1']);
  });

  test('goes back to the queue where the one before it is not in our hands, and is claimed when it is there', async () => {
    const given = setUp();
    given.delivery.start();
    await given.advance(100);
    const { made, seen } = given.make('a', 'call_1', given.delivery.handOver());
    const behind = 'dlv_of_another_process' as DeliveryId;
    given.delivery.take({ ...made, handed: made.handed.map((each) => ({ ...each, behind })) });
    await given.advance(0);
    expect(given.sent).toEqual([]);
    await given.advance(300);
    expect(idsOf(given.sent)).toEqual([seen.event]);
  });

  test('is still sent while stopping, and nothing is offered any more', async () => {
    const given = setUp();
    expect(given.delivery.handOver()).toBeNull();
    given.delivery.start();
    await given.advance(100);
    for (let sequence = 0; sequence < 3; sequence += 1) handOver(given, 'a', 'call_1');
    const stopping = given.delivery.stop();
    expect(given.delivery.handOver()).toBeNull();
    await given.advance(100);
    await stopping;
    expect(given.deliveries.map(({ state }) => state)).toEqual(Array(3).fill('delivered'));
    expect(given.timers.size).toBe(0);
  });
});

describe('when the database is away', () => {
  test('keeps results until they can be written down, asks once a second at most, and goes on', async () => {
    const { delivery, add, advance, state, sent, deliveries, warnings } = setUp();
    add('a', 'call_1');
    add('a', 'call_1');
    delivery.start();
    await advance(0);
    state.down = true;
    await advance(20_000);
    for (let index = 0; index < 100; index += 1) {
      delivery.wake();
      await advance(10);
    }
    expect(warnings.length).toBeGreaterThan(15);
    expect(warnings.length).toBeLessThan(25);
    state.down = false;
    await advance(2000);
    expect(idsOf(sent)).toEqual(['a-call_1-0', 'a-call_1-1']);
    expect(deliveries.map((each) => each.state)).toEqual(['delivered', 'delivered']);
  });
});

describe('stopping', () => {
  test('waits for what is in flight, sends what is due behind it, writes it down, and leaves no timer', async () => {
    const { delivery, add, advance, answers, deliveries, timers, sent, settle } = setUp();
    const gate = Promise.withResolvers<SendResult>();
    answers.reply = () => gate.promise;
    add('a', 'call_1');
    add('a', 'call_1');
    delivery.start();
    await advance(0);
    let stopped = false;
    const stopping = delivery.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    gate.resolve({ result: 'delivered', status: 200 });
    await stopping;
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(timers.size).toBe(0);
    add('a', 'call_1');
    delivery.wake();
    await advance(10_000);
    expect(sent).toHaveLength(2);
  });

  test('begins nothing more when what is in flight takes too long', async () => {
    const { delivery, add, advance, answers, deliveries, timers, sent } = setUp();
    const gate = Promise.withResolvers<SendResult>();
    answers.reply = () => gate.promise;
    add('a', 'call_1');
    add('a', 'call_1');
    delivery.start();
    await advance(0);
    const stopping = delivery.stop();
    await advance(10_000);
    gate.resolve({ result: 'delivered', status: 200 });
    await stopping;
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'pending']);
    expect(sent).toHaveLength(1);
    expect(timers.size).toBe(0);
  });

  test('ends although the results cannot be written down: the lease brings them again', async () => {
    const { delivery, add, advance, state, warnings, timers } = setUp();
    add('a', 'call_1');
    delivery.start();
    await advance(0);
    state.down = true;
    await delivery.stop();
    expect(warnings).toHaveLength(3);
    expect(timers.size).toBe(0);
  });
});
