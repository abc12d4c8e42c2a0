import type { DeliveryId, EndpointId } from '../domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryPlace,
  HandedDelivery,
  MadeDeliveries,
} from '../domain/webhooks/delivery.ts';

/** What was handed over of one call and endpoint: sent one after the other, in the order of their events. */
interface Chain {
  /** Those behind the one that may be sent now, or is being sent. */
  readonly behind: readonly HeldDelivery[];
  /** The last one that came. */
  readonly last: DeliveryId;
  /** One is being sent, or may be. */
  readonly isMoving: boolean;
  /** When what comes behind one that failed, or was given up, may be looked at; null while nothing was. */
  readonly brokenUntil: number | null;
  readonly touchedAt: number;
}

export interface HeldDelivery {
  readonly delivery: ClaimedDelivery;
  /** The end of its lease. */
  readonly until: number;
}

/** For longer than a statement can take: one that began before a chain broke, or was over, may still bring more of it. */
const rememberedMs = 30_000;

/**
 * Deliveries that were handed over when they were made, which keep their order here and not by claims:
 *
 *     handed ──► ready ──► (sent) ──► the next of its chain is ready
 *        │                    └──► failed: those behind it are nobody's any more, and so is what comes until it was delivered
 *        └──► given back: it waits behind one that is not in our hands
 */
export class DeliveryChains {
  readonly #chains = new Map<string, Chain>();
  readonly #ready = new Map<EndpointId, HeldDelivery[]>();
  /** Calls of which something lies in the queue, to be claimed when their chain is over. */
  readonly #left = new Set<string>();

  /** Endpoints for which something is ready, and how much. */
  get ready(): ReadonlyMap<EndpointId, readonly HeldDelivery[]> {
    return this.#ready;
  }

  /** Takes what was made. Returns what is to be given back, and whether something may be claimed at once. */
  take(made: MadeDeliveries, now: number): { givenBack: Returned[]; claimable: boolean } {
    this.#forget(now);
    const givenBack: Returned[] = [];
    for (const [place, handed] of Map.groupBy(made.handed, ({ delivery }) => placeOf(delivery)))
      if (!this.#add(place, handed, { until: made.until, now }))
        givenBack.push(...this.#givenBack(place, handed, now));
    let claimable = made.handed.length + made.left.length === 0;
    for (const place of made.left.map(placeOf)) {
      if (this.#chains.get(place)?.isMoving) this.#left.add(place);
      else claimable = true;
    }
    return { givenBack, claimable };
  }

  /** It came by a claim, and is being sent. What was made behind it meanwhile lies in the queue. */
  claimed(delivery: ClaimedDelivery, now: number): void {
    const place = placeOf(delivery);
    this.#keep(place, { behind: [], last: delivery.id, isMoving: true, brokenUntil: null }, now);
    this.#left.add(place);
  }

  /** The next one of this endpoint; undefined where none is ready. */
  next(endpoint: EndpointId): HeldDelivery | undefined {
    const ready = this.#ready.get(endpoint);
    const held = ready?.shift();
    if (ready?.length === 0) this.#ready.delete(endpoint);
    return held;
  }

  /** It was delivered, or is dead. Returns whether something of its call may be claimed now. */
  over(delivery: ClaimedDelivery, now: number): boolean {
    const place = placeOf(delivery);
    const chain = this.#chains.get(place);
    if (!chain?.isMoving) return true;
    const [next, ...behind] = chain.behind;
    this.#keep(place, { ...chain, behind, isMoving: next !== undefined }, now);
    if (next === undefined) return this.#left.delete(place);
    this.#makeReady(next);
    return false;
  }

  /** It is tried again later, or was not settled: what is behind it is left to the queue. */
  break(delivery: ClaimedDelivery, { nextTryAt, now }: { nextTryAt: number; now: number }): void {
    const place = placeOf(delivery);
    const chain = this.#chains.get(place);
    this.#left.delete(place);
    if (chain) this.#keep(place, { ...chain, behind: [], isMoving: false, brokenUntil: nextTryAt }, now);
  }

  /** Whether they could be taken. */
  #add(
    place: string,
    handed: readonly HandedDelivery[],
    { until, now }: { until: number; now: number },
  ): boolean {
    const chain = this.#chains.get(place);
    const [first] = handed;
    const last = handed.at(-1)?.delivery.id;
    if (first === undefined || last === undefined) return true;
    const isBehindOurs = chain?.last === first.behind && chain.brokenUntil === null;
    if (first.behind !== null && !isBehindOurs) return false;
    const held = handed.map(({ delivery }): HeldDelivery => ({ delivery, until }));
    if (chain?.isMoving) {
      this.#keep(place, { ...chain, behind: [...chain.behind, ...held], last }, now);
      return true;
    }
    const [next, ...behind] = held;
    this.#keep(place, { behind, last, isMoving: true, brokenUntil: null }, now);
    if (next) this.#makeReady(next);
    return true;
  }

  #givenBack(place: string, handed: readonly HandedDelivery[], now: number): Returned[] {
    const chain = this.#chains.get(place);
    if (chain?.isMoving) this.#left.add(place);
    return handed.map(({ delivery }) => ({ delivery, nextTryAt: chain?.brokenUntil ?? now }));
  }

  #makeReady(held: HeldDelivery): void {
    const { endpointId } = held.delivery;
    const ready = this.#ready.get(endpointId);
    if (ready) ready.push(held);
    else this.#ready.set(endpointId, [held]);
  }

  /** Chains stay in the order in which they were last touched. */
  #keep(place: string, chain: Omit<Chain, 'touchedAt'>, now: number): void {
    this.#chains.delete(place);
    this.#chains.set(place, { ...chain, touchedAt: now });
  }

  /** What moves has a time limit, and is touched when it is over. */
  #forget(now: number): void {
    for (const [place, chain] of this.#chains) {
      if (chain.touchedAt > now - rememberedMs) return;
      this.#chains.delete(place);
      this.#left.delete(place);
    }
  }
}

/** A delivery that goes back to the queue untried. */
export interface Returned {
  delivery: ClaimedDelivery;
  nextTryAt: number;
}

function placeOf({ endpointId, callId }: DeliveryPlace): string {
  return `${endpointId} ${callId ?? ''}`;
}
