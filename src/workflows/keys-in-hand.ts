import type { IdempotencyRequest } from '../db/ledger.ts';

/** The idempotency keys of the requests that this process is working on, from their first look at the request to their answer. */
export class KeysInHand {
  readonly #counts = new Map<string, number>();

  /** @param work is told how to ask whether another request with this key is in hand as well, which may have changed with every await */
  async during<T>(
    { owner, key }: Pick<IdempotencyRequest, 'owner' | 'key'>,
    work: (isShared: () => boolean) => Promise<T>,
  ): Promise<T> {
    const place = JSON.stringify([owner, key]);
    const count = (): number => this.#counts.get(place) ?? 0;
    this.#counts.set(place, count() + 1);
    try {
      return await work(() => count() > 1);
    } finally {
      if (count() > 1) this.#counts.set(place, count() - 1);
      else this.#counts.delete(place);
    }
  }
}
