import type { DeliveryQueue, Settlement } from '../domain/webhooks/delivery.ts';
import type { Log } from '../lib/log.ts';

/** How often the last results are offered to the database before the process ends without them. */
const lastTries = 3;

/** Results of tries that the database does not have yet, in their order: kept until it took them, however long it is away. */
export class UnwrittenResults {
  readonly #results: Settlement[] = [];
  readonly #queue: Pick<DeliveryQueue, 'settle'>;
  readonly #log: Log;

  constructor(queue: Pick<DeliveryQueue, 'settle'>, log: Log) {
    this.#queue = queue;
    this.#log = log;
  }

  get size(): number {
    return this.#results.length;
  }

  push(...results: readonly Settlement[]): void {
    this.#results.push(...results);
  }

  /** For a statement that writes them down with something else; then call `written` with what this gave. */
  batch(): Settlement[] {
    return [...this.#results];
  }

  written(batch: readonly Settlement[]): void {
    this.#results.splice(0, batch.length);
  }

  async writeDown(): Promise<void> {
    const batch = this.batch();
    if (batch.length === 0) return;
    await this.#queue.settle(batch);
    this.written(batch);
  }

  async writeDownTheLast(): Promise<void> {
    for (let left = lastTries; left > 0 && this.size > 0; left -= 1) {
      await this.writeDown().catch((error: unknown) => {
        this.#log.warn(
          { err: error, results: this.size },
          'results of webhooks could not be written down while stopping',
        );
      });
    }
  }
}
