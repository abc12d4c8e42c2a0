import { simulatorTrunk } from '../src/domain/calls/trunk.ts';
import { createEventDelivery, type EventDelivery } from '../src/workflows/deliver-events.ts';
import { startQuietGateway } from '../test/simulation/quiet-gateway.ts';
import { WatchedLedger } from '../test/simulation/watched-ledger.ts';
import { InMemoryDeliveries } from '../test/support/in-memory-deliveries.ts';
import { silentLog } from '../test/support/silent-log.ts';
import type { SimulatedGateway } from '../test/support/simulated-gateway.ts';
import { VirtualClock } from '../test/support/virtual-clock.ts';
import { benchFlow } from './bench-flow.ts';
import { createSimulatedNumbers } from './phone-numbers.ts';
import type { Load } from './place-calls.ts';
import { SimulatedReceiver } from './simulated-receiver.ts';

const flowId = 'bench-talk';
/** Those that the flow asks for. */
const firstKeys = ['1', '2'];
/** As many as it takes: what bounds the calls is their pace. */
const channels = 1_000;

/** What is told of each call, in this order. */
const eventTypes = [
  ...(['call.queued', 'call.attempt_started', 'call.ringing', 'call.answered'] as const),
  ...(['call.response_recorded', 'call.attempt_ended', 'call.ended'] as const),
];

/**
 * Calls in a world of their own, each from the use case that accepts it to the last of its webhooks: the gateway as simulations compose it, the
 * ledger's twin, the phone network's simulator, a receiver in this process. All of it on one virtual clock.
 */
export class SimulatedCalls {
  readonly #clock = new VirtualClock();
  readonly #receiver = new SimulatedReceiver(this.#clock);
  readonly #queue = new InMemoryDeliveries([this.#receiver.address]);
  readonly #delivery: EventDelivery;
  readonly #ledger: WatchedLedger;
  readonly #load: Load;
  #gateway: SimulatedGateway | null = null;

  /** @param load in virtual time */
  constructor(load: Load) {
    const clock = this.#clock;
    this.#load = load;
    this.#delivery = createEventDelivery({
      ...{ queue: this.#queue, sender: this.#receiver, clock, log: silentLog, random: () => 0.5 },
      numberOf: () => Promise.resolve(null),
      disableEndpoint: () => Promise.resolve(),
    });
    this.#ledger = new WatchedLedger({
      kept: ({ events }) => {
        const offer = this.#delivery.handOver();
        this.#delivery.take(this.#queue.make(events, { offer }));
      },
      transferClaimed: () => undefined,
    });
  }

  async start(): Promise<void> {
    const trunk = { ...simulatorTrunk, channels, callsPerSecond: this.#load.perSecond };
    this.#gateway = await startQuietGateway({
      ...{ clock: this.#clock, ledger: this.#ledger, trunks: [trunk] },
      definitions: { [flowId]: benchFlow('PT4S') },
    });
    this.#delivery.start();
  }

  /** Makes all of them. */
  async make(): Promise<void> {
    const { calls, perSecond } = this.#load;
    const numbers = createSimulatedNumbers(firstKeys);
    for (let index = 0; index < calls; index += 1) {
      const request = { key: `key-${index}`, body: { to: numbers.next(), flow: flowId } };
      this.#clock.setTimer((index * 1_000) / perSecond, () => void this.#gateway?.accept(request));
    }
    const webhooks = calls * eventTypes.length;
    await this.#clock.runUntil(() => this.#receiver.count >= webhooks);
  }

  /** @throws Error where a call did not come out as it should, was reported otherwise, or where something is left to do */
  async end(): Promise<void> {
    this.#receiver.check({ calls: this.#load.calls, types: eventTypes });
    const stopped = Promise.all([this.#gateway?.stop(), this.#delivery.stop()]);
    await this.#clock.runUntilIdle();
    await stopped;
    if (this.#queue.size > 0) throw new Error(`${this.#queue.size} deliveries are left`);
  }
}
