import type { LineStore } from '../db/line-store.ts';
import type { Line, LineNumber } from '../domain/lines/line.ts';
import type { Clock } from '../lib/clock.ts';

export interface LineBookDependencies {
  lines: Pick<LineStore, 'all'>;
  clock: Clock;
}

/** Another gateway's change is seen so much later. */
const keptMs = 2_000;

/**
 * All lines, as they were a moment ago: every call that comes in asks for its line, a hundred a second in a storm. Where the database is away,
 * what was known last goes on: a call must be refused or taken at once.
 */
export class LineBook {
  readonly #deps: LineBookDependencies;
  #lines: ReadonlyMap<LineNumber, Line> | null = null;
  #readAt = -Infinity;
  #reading: Promise<ReadonlyMap<LineNumber, Line>> | null = null;

  constructor(deps: LineBookDependencies) {
    this.#deps = deps;
  }

  /** @throws LedgerUnavailable where they were never read */
  async all(): Promise<ReadonlyMap<LineNumber, Line>> {
    if (this.#lines !== null && this.#deps.clock.now() - this.#readAt < keptMs) return this.#lines;
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** A line was changed here. */
  forget(): void {
    this.#readAt = -Infinity;
  }

  async #read(): Promise<ReadonlyMap<LineNumber, Line>> {
    const readAt = this.#deps.clock.now();
    try {
      const lines = await this.#deps.lines.all();
      this.#lines = new Map(lines.map((line) => [line.number, line]));
      this.#readAt = readAt;
      return this.#lines;
    } catch (error) {
      if (this.#lines === null) throw error;
      return this.#lines;
    }
  }
}
