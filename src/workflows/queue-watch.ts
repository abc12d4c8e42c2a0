import type { Call } from '../domain/calls/call.ts';
import { soonestDialledAt, type QueueSeen } from '../domain/calls/queue-outlook.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Clock } from '../lib/clock.ts';

export interface QueueWatchDependencies {
  lookAtQueue: (now: number) => Promise<QueueSeen>;
  trunks: readonly Trunk[];
  clock: Clock;
}

/** What was seen is good for a second at least, and for so many times as long as looking took: looking is never more than a twentieth of anybody's work. */
const freshForMs = 1_000;
const restsPerLook = 20;
/** Older than this it says nothing any more: who asks then waits for the next look, and others have what was seen before. */
const usableForMs = 60_000;

/** How soon it is worth asking again where the window is full: others may be cancelled, or be shorter than those before. */
const askAgainMs = 60_000;

/** Knows what waits, without a look at the queue for each request. */
export class QueueWatch {
  readonly #deps: QueueWatchDependencies;
  #seen: QueueSeen | null = null;
  #looking: Promise<QueueSeen> | null = null;
  #freshUntil = 0;

  constructor(deps: QueueWatchDependencies) {
    this.#deps = deps;
  }

  /** @throws LedgerUnavailable */
  async look(): Promise<QueueSeen> {
    const now = this.#deps.clock.now();
    const seen = this.#seen;
    if (seen === null || now >= seen.at + usableForMs) return this.#lookAgain();
    // whoever wants to know more exactly asks again
    if (now >= this.#freshUntil) this.#lookAgain().catch(() => undefined);
    return seen;
  }

  #lookAgain(): Promise<QueueSeen> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<QueueSeen> {
    const { clock, lookAtQueue } = this.#deps;
    const began = clock.now();
    this.#seen = await lookAtQueue(began);
    const tookMs = clock.now() - began;
    this.#freshUntil = began + Math.max(freshForMs, tookMs * (1 + restsPerLook));
    return this.#seen;
  }

  /**
   * Where a call could not be dialled before its `not_after`, even at the best speed of all that may carry it: how long to wait before asking again.
   * Null where it could, or nobody can tell.
   */
  async fullFor(call: Call): Promise<number | null> {
    const seen = await this.look();
    const country = call.toMasked.split('*', 1)[0] ?? '';
    const soonest = soonestDialledAt(call, { seen, trunks: this.#deps.trunks, country });
    return soonest !== null && soonest <= call.notAfter ? null : askAgainMs;
  }
}
