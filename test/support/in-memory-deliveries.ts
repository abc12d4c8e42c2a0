import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { DeliveryId, EndpointId, EventId } from '../../src/domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryPlace,
  DeliveryQueue,
  HandedDelivery,
  HandOver,
  MadeDeliveries,
  Settlement,
} from '../../src/domain/webhooks/delivery.ts';

/** Who is told of events. */
export type DeliveryAddress = Pick<ClaimedDelivery, 'endpointId' | 'url' | 'secrets' | 'numbers'>;

interface Waiting {
  delivery: ClaimedDelivery;
  dueAt: number;
  /** Whoever has it in hand, has it until then. */
  leasedUntil: number;
}

/**
 * The twin of the queue of deliveries (`delivery-queue.ts`), held to it by `delivery-queue-contract.ts`: those of one call and endpoint wait in line, of
 * which only the first may be claimed. What was delivered, or is dead, is forgotten.
 */
export class InMemoryDeliveries implements DeliveryQueue {
  readonly #addresses: DeliveryAddress[];
  readonly #lines = new Map<string, Waiting[]>();
  readonly #places = new Map<DeliveryId, string>();

  constructor(addresses: readonly DeliveryAddress[] = []) {
    this.#addresses = [...addresses];
  }

  /** Pending deliveries. */
  get size(): number {
    return this.#places.size;
  }

  /** From now on they are told of every event. */
  addAddress(address: DeliveryAddress): void {
    this.#addresses.push(address);
  }

  /** Until when somebody has it in hand; null where it is settled, or nobody ever had it. */
  leasedUntil(id: DeliveryId): number | null {
    return this.#lineOf(id).find(({ delivery }) => delivery.id === id)?.leasedUntil || null;
  }

  /**
   * Makes the deliveries of events that were just committed together, and hands over what may be.
   *
   * @param to by default everybody
   */
  make(
    events: readonly StoredEvent[],
    { offer, to = this.#addresses }: { offer: HandOver | null; to?: readonly DeliveryAddress[] },
  ): MadeDeliveries {
    const handed: HandedDelivery[] = [];
    const left: DeliveryPlace[] = [];
    // as it was before this commit
    const made = events.flatMap((event) => to.map((address) => this.#madeOf(event, address, offer)));
    for (const { waiting, behind, isHanded } of made) {
      this.#add(waiting);
      const { delivery } = waiting;
      if (isHanded) handed.push({ delivery, behind });
      else left.push({ endpointId: delivery.endpointId, callId: delivery.callId });
    }
    return { handed, left, until: offer?.until ?? 0 };
  }

  claimDeliveries(claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
    const { settled = [], now, except } = claim;
    this.#settle(settled);
    const hasResult = new Set(settled.map(({ id }) => id));
    const due = this.#firsts().filter(
      ({ dueAt, leasedUntil, delivery: { id, endpointId } }) =>
        dueAt <= now && leasedUntil <= now && !hasResult.has(id) && !except.includes(endpointId),
    );
    const claimed = inTurns(due, claim.perEndpoint).slice(0, claim.limit);
    for (const waiting of claimed) waiting.leasedUntil = now + claim.leaseMs;
    return Promise.resolve(claimed.sort(byDueAt).map(({ delivery }) => delivery));
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    this.#settle(settlements);
    return Promise.resolve();
  }

  nextDeliveryAt(now: number): Promise<number | null> {
    let next = Infinity;
    for (const line of this.#lines.values())
      for (const { dueAt } of line) if (dueAt > now) next = Math.min(next, dueAt);
    return Promise.resolve(next === Infinity ? null : next);
  }

  #madeOf(event: StoredEvent, address: DeliveryAddress, offer: HandOver | null) {
    const { id: eventId, callId, body, at } = event;
    const id = deliveryIdOf(eventId, address.endpointId);
    const delivery: ClaimedDelivery = { ...address, id, eventId, callId, tries: 0, body };
    const line = this.#lines.get(placeOf(delivery)) ?? [];
    const last = line.at(-1);
    const isHanded =
      offer !== null &&
      !offer.except.includes(address.endpointId) &&
      line.every(({ leasedUntil }) => leasedUntil > offer.now);
    const waiting = { delivery, dueAt: last?.dueAt ?? at, leasedUntil: isHanded ? offer.until : 0 };
    return { waiting, behind: last?.delivery.id ?? null, isHanded };
  }

  #add(waiting: Waiting): void {
    const place = placeOf(waiting.delivery);
    const line = this.#lines.get(place);
    if (line === undefined) this.#lines.set(place, [waiting]);
    else line.push(waiting);
    this.#places.set(waiting.delivery.id, place);
  }

  /** Of each call and endpoint. */
  #firsts(): Waiting[] {
    return [...this.#lines.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  }

  #lineOf(id: DeliveryId): Waiting[] {
    return this.#lines.get(this.#places.get(id) ?? '') ?? [];
  }

  #settle(settlements: readonly Settlement[]): void {
    for (const settlement of settlements) {
      const line = this.#lineOf(settlement.id);
      const index = line.findIndex(({ delivery }) => delivery.id === settlement.id);
      const settled = line[index];
      if (settled === undefined) continue;
      if (settlement.state === 'pending') {
        settled.delivery = { ...settled.delivery, tries: settlement.tries };
        // and whatever waits behind it, which is in nobody's hands any more
        for (const waiting of line.slice(index))
          Object.assign(waiting, { dueAt: settlement.nextTryAt, leasedUntil: 0 });
      } else this.#remove(settled, line, index);
    }
  }

  #remove({ delivery }: Waiting, line: Waiting[], index: number): void {
    line.splice(index, 1);
    this.#places.delete(delivery.id);
    if (line.length === 0) this.#lines.delete(placeOf(delivery));
  }
}

export function deliveryIdOf(event: EventId, endpoint: EndpointId): DeliveryId {
  return `dlv_${event}_${endpoint}` as DeliveryId;
}

/** Every endpoint's first, then every endpoint's second, oldest first. */
function inTurns(due: readonly Waiting[], perEndpoint: number): Waiting[] {
  const shares = [...Map.groupBy(due, ({ delivery }) => delivery.endpointId).values()];
  const turns = shares.flatMap((share) =>
    share
      .sort(byDueAt)
      .slice(0, perEndpoint)
      .map((waiting, turn) => ({ waiting, turn })),
  );
  return turns.sort((one, other) => one.turn - other.turn).map(({ waiting }) => waiting);
}

function byDueAt(one: Waiting, other: Waiting): number {
  return one.dueAt - other.dueAt;
}

/** What belongs to no call waits for nothing. */
function placeOf({
  id,
  endpointId,
  callId,
}: {
  id: DeliveryId;
  endpointId: EndpointId;
  callId: string | null;
}) {
  return `${endpointId} ${callId ?? id}`;
}
