/**
 * Writes while its caller makes the next ready, in the order in which things were given; so many are under way at most. What fails, or says that it was the last,
 * is told to whoever gives the next, and to whoever waits for the end.
 */
export class WriteBehind<Batch> {
  readonly #write: (batch: Batch) => Promise<boolean>;
  readonly #most: number;
  readonly #underWay: Promise<boolean>[] = [];

  /** @param write resolves whether it may go on; called in order, and before the one before has resolved */
  constructor(write: (batch: Batch) => Promise<boolean>, most: number) {
    this.#write = write;
    this.#most = most;
  }

  /** Resolves when there is room for one more: false where nothing more is to be written. @throws what a write threw */
  async room(): Promise<boolean> {
    while (this.#underWay.length >= this.#most) if (!(await this.#first())) return false;
    return true;
  }

  add(batch: Batch): void {
    const written = this.#write(batch);
    written.catch(() => undefined);
    this.#underWay.push(written);
  }

  /** Resolves when nothing is under way any more, as `room` does. */
  async end(): Promise<boolean> {
    await Promise.allSettled(this.#underWay);
    while (this.#underWay.length > 0) if (!(await this.#first())) return false;
    return true;
  }

  /** The first one stays where it did not go well, so that everybody hears of it. */
  async #first(): Promise<boolean> {
    const goesOn = await this.#underWay[0];
    if (goesOn !== false) void this.#underWay.shift();
    return goesOn !== false;
  }
}
