import type { EndpointId } from '../domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryQueue,
  HandOver,
  MadeDeliveries,
  Settlement,
} from '../domain/webhooks/delivery.ts';
import type { EventSubject } from '../domain/webhooks/event-subject.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { within } from '../lib/wait.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { deliveredBody } from './delivered-body.ts';
import { DeliveriesInFlight } from './deliveries-in-flight.ts';
import { DeliveryChains, type HeldDelivery } from './delivery-chains.ts';
import { DeliveryRounds } from './delivery-rounds.ts';
import { settlementOf, untried } from './settlement-of.ts';
import { UnwrittenResults } from './unwritten-results.ts';

/**
 * Sends events to the endpoints that want them, for as long as the gateway runs.
 *
 * What this process makes is handed to it with the commit, by a lease, and sent at once, the events of a call one after the other
 * (`delivery-chains.ts`). All else is claimed: what failed, what another process left, and what an endpoint had no room for.
 *
 * The database is asked in rounds, one at a time: write down what was sent since the last round, and claim what is due where something may
 * be. Rounds are `roundMs` apart, or as many replies as an endpoint may have in flight, so under load one statement settles, and one claims,
 * what came together; what is to be claimed when nothing was for a while is claimed at once.
 *
 * - An endpoint with `perEndpoint` deliveries in flight gets no more: one that answers slowly keeps only its own waiting. (A claim may
 *   give up to that many again to an endpoint that is below its share.)
 * - Results that cannot be written down, since the database is away, are kept and written later; nothing is claimed meanwhile.
 * - Stopping sends what is still due, for a moment: nobody knows when the next gateway starts. Then it waits for what is in flight and
 *   writes its results down. What is lost all the same comes due when its lease ends.
 */
export interface EventDelivery {
  start(): void;
  /** Something may be due now. Costs next to nothing. */
  wake(): void;
  /** What may be handed over of deliveries that are about to be made; null for nothing. */
  handOver(): HandOver | null;
  /** Deliveries that were made. */
  take(made: MadeDeliveries): void;
  stop(): Promise<void>;
}

export interface DeliverEventsDependencies {
  queue: DeliveryQueue;
  sender: WebhookSender;
  /** The clear number of the person whom an event is about; null where there is none, or it was erased. */
  numberOf: (subject: EventSubject) => Promise<string | null>;
  /** An endpoint answered 410 at this URL and is to be disabled, if that is still its URL. */
  disableEndpoint: (endpoint: { id: EndpointId; url: string }, reason: string) => Promise<void>;
  /** A try is over. */
  onTried?: (state: Settlement['state']) => void;
  clock: Clock;
  random: () => number;
  log: Log;
}

export interface DeliverEventsLimits {
  inFlight: number;
  perEndpoint: number;
  roundMs: number;
}

/** A round costs two statements and a wait for the disk: at 20 ms, a call of seven events cost ten of them, at 100 ms one (measured). */
const defaults: DeliverEventsLimits = { inFlight: 512, perEndpoint: 32, roundMs: 100 };
/** Over the sender's own time limit, so that no delivery is claimed twice while it is being sent; and what a dead process held goes on after that long. */
const leaseMs = 20_000;
/** Less than this of its lease left, a delivery is not sent any more, since somebody else may claim it meanwhile. */
const leastLeaseMs = 16_000;
/** What failed comes due by time alone, also while all that is new is handed over. */
const claimEveryMs = 1000;
/** How soon deliveries are found that another process put there, or that a dead one had claimed. */
const longestIdleMs = 5000;
/** How long what is due is still sent after `stop`. */
const lastRoundsMs = 3000;

export function createEventDelivery(
  dependencies: DeliverEventsDependencies,
  limits: Partial<DeliverEventsLimits> = {},
): EventDelivery {
  const { queue, sender, clock, random, log } = dependencies;
  const { inFlight: mostInFlight, perEndpoint, roundMs } = { ...defaults, ...limits };
  const inFlight = new DeliveriesInFlight();
  const chains = new DeliveryChains();
  const results = new UnwrittenResults(queue, log);
  let state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  /** Something may be due that is not in our hands. */
  let claimWanted = true;
  let nextClaim = -Infinity;
  /** Something goes back to the queue with the next results, to be claimed after that. */
  let givesBack = false;
  const rounds = new DeliveryRounds({
    ...{ clock, log, roundMs, urgency },
    async run() {
      await writeDownClaimAndSend();
      return nextRoundAt();
    },
  });

  function wake(): void {
    claimWanted = true;
    rounds.ask();
  }

  function urgency(): 'at_once' | 'usual' | 'later' {
    if (!claimWanted) return 'later';
    // an endpoint's share has been sent: waiting would only make the next ones wait
    return results.size >= perEndpoint ? 'at_once' : 'usual';
  }

  async function writeDownClaimAndSend(): Promise<void> {
    const limit = mostInFlight - inFlight.size;
    if (limit <= 0 || state === 'stopped' || !(claimWanted || clock.now() >= nextClaim))
      return results.writeDown();
    const except = inFlight.endpointsWith(perEndpoint, chains.ready);
    // what is passed over now is to be had when there is room
    claimWanted = except.length > 0;
    nextClaim = clock.now() + claimEveryMs;
    const settled = results.batch();
    const share = { limit, perEndpoint, except };
    try {
      const claimed = await queue.claimDeliveries({ now: clock.now(), leaseMs, ...share, settled });
      results.written(settled);
      if (givesBack) wake();
      givesBack = false;
      for (const delivery of claimed) {
        chains.claimed(delivery, clock.now());
        inFlight.begin(delivery, deliver);
      }
      if (claimed.length === limit) wake();
    } catch (error) {
      claimWanted = true;
      throw error;
    }
  }

  async function nextRoundAt(): Promise<number> {
    const latest = clock.now() + longestIdleMs;
    if (inFlight.size > 0 || results.size > 0) return latest;
    return Math.min((await queue.nextDeliveryAt(clock.now())) ?? latest, latest);
  }

  function take(made: MadeDeliveries): void {
    const { givenBack, claimable } = chains.take(made, clock.now());
    results.push(...givenBack.map(untried));
    givesBack ||= givenBack.length > 0;
    if (claimable || givesBack) wake();
    sendReady();
  }

  /** Begins with what is ready, as far as there is room. */
  function sendReady(): void {
    if (state !== 'running' && state !== 'stopping') return;
    for (const endpoint of [...chains.ready.keys()]) {
      for (let room = perEndpoint - inFlight.to(endpoint); room > 0; room -= 1) {
        const held = inFlight.size < mostInFlight ? chains.next(endpoint) : undefined;
        if (held === undefined) break;
        if (isLeased(held)) inFlight.begin(held.delivery, deliver);
        else chains.break(held.delivery, { nextTryAt: held.until, now: clock.now() });
      }
    }
  }

  function isLeased({ until }: HeldDelivery): boolean {
    return until - clock.now() >= leastLeaseMs;
  }

  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    try {
      const body = await deliveredBody(delivery, dependencies.numberOf);
      const { endpointId: id, url, secrets, eventId } = delivery;
      const sent = await sender.send({ url, secrets, event: { id: eventId, body } });
      if (sent.result === 'gone')
        await dependencies.disableEndpoint({ id, url }, 'The receiver answered 410.');
      settle(delivery, settlementOf(delivery, { sent, now: clock.now(), random: random() }));
    } catch (error) {
      const now = clock.now();
      chains.break(delivery, { nextTryAt: now + leaseMs, now });
      log.warn(
        { err: error, delivery: delivery.id },
        'a webhook was not settled; it is tried again when its lease ends',
      );
    } finally {
      inFlight.over(delivery);
      sendReady();
      rounds.ask();
    }
  }

  function settle(delivery: ClaimedDelivery, settlement: Settlement): void {
    results.push(settlement);
    dependencies.onTried?.(settlement.state);
    const now = clock.now();
    if (settlement.state === 'pending') {
      chains.break(delivery, { nextTryAt: settlement.nextTryAt, now });
      claimWanted = true;
    } else if (chains.over(delivery, now)) claimWanted = true;
  }

  /** Events of a call go out one after the other, so this takes as many rounds as the longest tail of a call has events. */
  async function sendTheLast(): Promise<void> {
    const endsAt = clock.now() + lastRoundsMs;
    while (clock.now() < endsAt) {
      claimWanted = true;
      await writeDownClaimAndSend();
      // What was in flight may have been answered during the claim: then something may be due behind it.
      if (inFlight.size === 0 && results.size === 0 && chains.ready.size === 0) return;
      await within(clock, endsAt - clock.now(), inFlight.all());
    }
  }

  return {
    start() {
      if (state !== 'new') return;
      state = 'running';
      rounds.start();
      wake();
    },
    wake,
    handOver() {
      if (state !== 'running' || inFlight.size >= mostInFlight) return null;
      const now = clock.now();
      return { now, until: now + leaseMs, except: inFlight.endpointsWith(2 * perEndpoint, chains.ready) };
    },
    take(made) {
      if (state === 'running' || state === 'stopping') take(made);
    },
    async stop() {
      const wasRunning = state === 'running';
      state = 'stopping';
      await rounds.stop();
      // Where the database is away, nothing more is sent, and `results` says so.
      if (wasRunning) await sendTheLast().catch(() => undefined);
      state = 'stopped';
      await inFlight.all();
      await results.writeDownTheLast();
    },
  };
}
