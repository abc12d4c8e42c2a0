import type { EndpointId } from '../domain/ids.ts';
import type { ClaimedDelivery } from '../domain/webhooks/delivery.ts';

/** What is being sent, counted for each endpoint. */
export class DeliveriesInFlight {
  readonly #sending = new Map<ClaimedDelivery, Promise<void>>();
  readonly #counts = new Map<EndpointId, number>();

  get size(): number {
    return this.#sending.size;
  }

  to(endpoint: EndpointId): number {
    return this.#counts.get(endpoint) ?? 0;
  }

  /** Endpoints that have so many in flight, or waiting for their turn beside them. */
  endpointsWith(most: number, waiting: ReadonlyMap<EndpointId, readonly unknown[]>): EndpointId[] {
    const endpoints = new Set([...this.#counts.keys(), ...waiting.keys()]);
    return [...endpoints].filter((id) => this.to(id) + (waiting.get(id)?.length ?? 0) >= most);
  }

  begin(delivery: ClaimedDelivery, send: (delivery: ClaimedDelivery) => Promise<void>): void {
    this.#counts.set(delivery.endpointId, this.to(delivery.endpointId) + 1);
    this.#sending.set(delivery, send(delivery));
  }

  over(delivery: ClaimedDelivery): void {
    const { endpointId } = delivery;
    const left = this.to(endpointId) - 1;
    if (left > 0) this.#counts.set(endpointId, left);
    else this.#counts.delete(endpointId);
    this.#sending.delete(delivery);
  }

  async all(): Promise<void> {
    await Promise.all(this.#sending.values());
  }
}
