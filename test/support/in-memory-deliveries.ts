import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { DeliveryId, EndpointId } from '../../src/domain/ids.ts';
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

/** Who is told of every event. */
export type DeliveryAddress = Pick<ClaimedDelivery, 'endpointId' | 'url' | 'secrets' | 'numbers'>;

interface Waiting {
  delivery: ClaimedDelivery;
  dueAt: number;
  /** Whoever has it in hand, has it until then. */
  leasedUntil: number;
}

/**
 * The queue of deliveries without a database: those of one call and endpoint wait in line, of which only the first may be claimed. What was delivered, or
 * is dead, is forgotten.
 */
export class InMemoryDeliveries implements DeliveryQueue {
  readonly #addresses: readonly DeliveryAddress[];
  readonly #lines = new Map<string, Waiting[]>();
  readonly #places = new Map<DeliveryId, string>();
  #made = 0;

  constructor(addresses: readonly DeliveryAddress[]) {
    this.#addresses = addresses;
  }

  /** Pending deliveries. */
  get size(): number {
    return this.#places.size;
  }

  /** Makes the deliveries of events that were just committed together, due at once, and hands over what may be. */
  make(
    events: readonly StoredEvent[],
    { now, offer }: { now: number; offer: HandOver | null },
  ): MadeDeliveries {
    const handed: HandedDelivery[] = [];
    const left: DeliveryPlace[] = [];
    for (const event of events)
      for (const address of this.#addresses) {
        const isHanded = offer !== null && !offer.except.includes(address.endpointId);
        const delivery = this.#deliveryOf(event, address);
        const behind = this.#add({ delivery, dueAt: now, leasedUntil: isHanded ? offer.until : 0 });
        if (isHanded) handed.push({ delivery, behind });
        else left.push(delivery);
      }
    return { handed, left, until: offer?.until ?? 0 };
  }

  claimDeliveries(claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
    this.#settle(claim.settled ?? []);
    const shares = new Map<EndpointId, number>();
    const claimed: ClaimedDelivery[] = [];
    for (const [first] of this.#lines.values()) {
      if (first === undefined || claimed.length >= claim.limit) break;
      const { endpointId } = first.delivery;
      const share = shares.get(endpointId) ?? 0;
      if (!isFree(first, claim.now) || share >= claim.perEndpoint || claim.except.includes(endpointId))
        continue;
      shares.set(endpointId, share + 1);
      first.leasedUntil = claim.now + claim.leaseMs;
      claimed.push(first.delivery);
    }
    return Promise.resolve(claimed);
  }

  settle(settlements: readonly Settlement[]): Promise<void> {
    this.#settle(settlements);
    return Promise.resolve();
  }

  nextDeliveryAt(now: number): Promise<number | null> {
    let next = Infinity;
    for (const [first] of this.#lines.values())
      if (first !== undefined && first.dueAt > now) next = Math.min(next, first.dueAt);
    return Promise.resolve(next === Infinity ? null : next);
  }

  #deliveryOf({ id: eventId, callId, body }: StoredEvent, address: DeliveryAddress): ClaimedDelivery {
    this.#made += 1;
    return { ...address, id: `dlv_${this.#made}` as DeliveryId, eventId, callId, tries: 0, body };
  }

  /** Returns the last one before it in its line. */
  #add(waiting: Waiting): DeliveryId | null {
    const place = placeOf(waiting.delivery);
    const line = this.#lines.get(place) ?? [];
    const behind = line.at(-1)?.delivery.id ?? null;
    line.push(waiting);
    this.#lines.set(place, line);
    this.#places.set(waiting.delivery.id, place);
    return behind;
  }

  #settle(settlements: readonly Settlement[]): void {
    for (const settlement of settlements) {
      const place = this.#places.get(settlement.id) ?? '';
      const line = this.#lines.get(place) ?? [];
      const index = line.findIndex(({ delivery }) => delivery.id === settlement.id);
      const settled = line[index];
      if (settled === undefined) continue;
      if (settlement.state === 'pending') {
        const delivery = { ...settled.delivery, tries: settlement.tries };
        line[index] = { delivery, dueAt: settlement.nextTryAt, leasedUntil: 0 };
        continue;
      }
      line.splice(index, 1);
      this.#places.delete(settlement.id);
      if (line.length === 0) this.#lines.delete(place);
    }
  }
}

function isFree({ dueAt, leasedUntil }: Waiting, now: number): boolean {
  return dueAt <= now && leasedUntil <= now;
}

function placeOf({ endpointId, callId }: DeliveryPlace): string {
  return `${endpointId} ${callId ?? ''}`;
}
