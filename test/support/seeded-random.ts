const goldenStep = 0x9e3779b9;

/** Numbers that look random and depend on the seed alone: the same in every run, on every machine. Good for tests, for nothing secret. */
export class SeededRandom {
  #state: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = scrambled(seed);
    this.#state = this.#seed;
  }

  /** A stream of its own: how much one part of a test draws does not shift what another part gets. */
  fork(name: string): SeededRandom {
    let seed = this.#seed;
    for (const character of name) seed = scrambled(seed ^ (character.codePointAt(0) ?? 0));
    return new SeededRandom(seed);
  }

  /** At least 0 and below 1. */
  next(): number {
    this.#state = (this.#state + goldenStep) | 0;
    return scrambled(this.#state) / 2 ** 32;
  }

  /** A whole number; both ends are possible. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.integer(0, 255));
  }
}

/** Mixes all 32 bits, so that neighbouring numbers have nothing in common afterwards. */
function scrambled(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
