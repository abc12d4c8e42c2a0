import type { LineStore } from '../db/line-store.ts';
import type { Line, LineNumber } from '../domain/lines/line.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/wait.ts';

export interface LineBookDependencies {
  lines: Pick<LineStore, 'all'>;
  clock: Clock;
}

/** Another gateway's change is seen so much later. */
const keptMs = 2_000;
/** Whoever calls hears nothing meanwhile; a look at the database takes a hundredth of it. */
const longestLookMs = 500;

/**
 * All lines, as they were a moment ago: every call that comes in asks for its line, a hundred a second in a storm. Where the database is away, or
 * does not answer soon, what was known last goes on: a call must be refused or taken at once.
 */
export class LineBook {
  readonly #deps: LineBookDependencies;
  #lines: ReadonlyMap<LineNumber, Line> | null = null;
  #readAt = -Infinity;
  #reading: Promise<ReadonlyMap<LineNumber, Line>> | null = null;
  /** Counts those that were made here. */
  #changes = 0;

  constructor(deps: LineBookDependencies) {
    this.#deps = deps;
  }

  /** @throws LedgerUnavailable where they were never read */
  async all(): Promise<ReadonlyMap<LineNumber, Line>> {
    const { clock } = this.#deps;
    const known = this.#lines;
    if (known !== null && clock.now() - this.#readAt < keptMs) return known;
    const reading = (this.#reading ??= this.#read());
    if (known === null) return reading;
    const read = await within(clock, longestLookMs, reading);
    return read === 'timed_out' ? known : read;
  }

  /** A line was changed here: what is being read may not know of it. */
  forget(): void {
    this.#changes += 1;
    this.#readAt = -Infinity;
    this.#reading = null;
  }

  async #read(): Promise<ReadonlyMap<LineNumber, Line>> {
    const readAt = this.#deps.clock.now();
    const changes = this.#changes;
    try {
      const lines = await this.#deps.lines.all();
      const read = new Map(lines.map((line) => [line.number, line]));
      if (changes === this.#changes) [this.#lines, this.#readAt] = [read, readAt];
      return read;
    } catch (error) {
      if (this.#lines === null) throw error;
      return this.#lines;
    } finally {
      if (changes === this.#changes) this.#reading = null;
    }
  }
}
