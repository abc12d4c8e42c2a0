import { createHash } from 'node:crypto';

const mostKept = 50_000;
/** Hashing a line by itself costs more than noting it. */
const linesPerHash = 256;

/** What happened in a run, line by line: two runs of one seed must leave the same trace. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #last: string[] = [];
  #unhashed: string[] = [];
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  note(line: string): void {
    const timed = `${String(this.#now() - this.#startedAt).padStart(9)} ms  ${line}`;
    this.#unhashed.push(timed);
    if (this.#unhashed.length >= linesPerHash) this.#hashLines();
    this.#last.push(timed);
    if (this.#last.length > 2 * mostKept) this.#last.splice(0, mostKept);
  }

  /** Ends the trace. */
  digest(): string {
    this.#hashLines();
    return this.#hash.digest('hex');
  }

  /** The last lines, oldest first. */
  tail(count: number): string[] {
    return this.#last.slice(-count);
  }

  #hashLines(): void {
    this.#hash.update(this.#unhashed.map((line) => `${line}\n`).join(''));
    this.#unhashed = [];
  }
}
