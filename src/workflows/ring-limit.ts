import type { Clock, Timer } from '../lib/clock.ts';

/** Ends the ringing of a leg that another process dialled: whoever dialled it kept the time, and that process is gone. */
export class RingLimit {
  readonly #clock: Clock;
  readonly #until: number | null;
  #timer: Timer | null = null;

  /** @param until the instant; null for a leg whose dialling keeps its limits itself */
  constructor(clock: Clock, until: number | null) {
    this.#clock = clock;
    this.#until = until;
  }

  /** From here on it holds; a second time changes nothing. */
  start(end: () => void): void {
    if (this.#until === null || this.#timer !== null) return;
    this.#timer = this.#clock.setTimer(this.#until - this.#clock.now(), end);
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
