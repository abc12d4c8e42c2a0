import { promiseJobs, type RealIo } from './virtual-clock.ts';

/**
 * The way to a real database from a world of virtual time. One connection of all processes is on the line at a time, in the order in which they asked, so
 * what the database does depends on that order alone; while one is, the world's time stands still. A reply is heard when all else has come to rest, however fast
 * it came: so does what is done next.
 */
export class DatabaseLine implements RealIo {
  #last: Promise<unknown> = Promise.resolve();
  #length = 0;
  #empty = Promise.withResolvers<undefined>();

  get busy(): boolean {
    return this.#length > 0;
  }

  async idle(): Promise<void> {
    if (this.busy) await this.#empty.promise;
  }

  /** Waits for something real of whoever is on the line. */
  async reply<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await promiseJobs();
      // also what some job had put off until the next turn of the event loop
      await promiseJobs();
    }
  }

  /** Resolves when it is this one's turn. @returns to be called once, at its end */
  async enter(): Promise<() => void> {
    const turn = Promise.withResolvers<undefined>();
    const before = this.#last;
    this.#last = turn.promise;
    this.#length += 1;
    await before;
    return () => {
      this.#length -= 1;
      turn.resolve(undefined);
      if (this.busy) return;
      this.#empty.resolve(undefined);
      this.#empty = Promise.withResolvers();
    };
  }
}
