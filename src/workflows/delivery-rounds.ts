import { unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

export interface DeliveryRoundsDependencies {
  clock: Clock;
  log: Log;
  /** So far apart rounds usually begin. */
  roundMs: number;
  /** Asked where a round is wanted: `later` is one that only writes down what was sent. */
  urgency: () => 'at_once' | 'usual' | 'later';
  /** Does a round, and resolves with the instant at which the next one is due if nothing asks for one sooner. */
  run: () => Promise<number>;
}

/** Where nothing is to be claimed, results are written down so much later than a round would be. */
const settleMs = 400;
const afterFaultMs = 1000;

/**
 * When the rounds of deliveries begin: one at a time, and one more for all that was asked for meanwhile; after a fault not before a moment has passed.
 */
export class DeliveryRounds {
  readonly #deps: DeliveryRoundsDependencies;
  #isOpen = false;
  #round: Promise<void> | null = null;
  #isAskedAgain = false;
  #notBefore = -Infinity;
  #usualAt = -Infinity;
  #timer: { at: number; handle: Timer } | null = null;

  constructor(deps: DeliveryRoundsDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#isOpen = true;
  }

  /** A round is wanted. */
  ask(): void {
    if (this.#round !== null) this.#isAskedAgain = true;
    else this.#plan(Math.max(this.#deps.clock.now(), this.#notBefore, this.#earliest()));
  }

  /** None begins any more; resolves when the present one is over. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#timer?.handle.cancel();
    this.#timer = null;
    await this.#round;
  }

  #earliest(): number {
    const urgency = this.#deps.urgency();
    switch (urgency) {
      case 'at_once':
        return -Infinity;
      case 'usual':
        return this.#usualAt;
      case 'later':
        return this.#usualAt + settleMs;
      default:
        return unreachable(urgency);
    }
  }

  /** The next one is at `at`, or earlier if one was planned so. */
  #plan(at: number): void {
    if (!this.#isOpen || (this.#timer !== null && this.#timer.at <= at)) return;
    this.#timer?.handle.cancel();
    const { clock } = this.#deps;
    this.#timer = { at, handle: clock.setTimer(at - clock.now(), () => this.#begin()) };
  }

  #begin(): void {
    this.#timer = null;
    this.#isAskedAgain = false;
    this.#usualAt = this.#deps.clock.now() + this.#deps.roundMs;
    this.#round = this.#run().then((nextAt) => {
      this.#round = null;
      if (this.#isAskedAgain) this.ask();
      this.#plan(nextAt);
    });
  }

  async #run(): Promise<number> {
    try {
      return await this.#deps.run();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'webhooks wait: the database did not take or give deliveries');
      this.#notBefore = this.#deps.clock.now() + afterFaultMs;
      return this.#notBefore;
    }
  }
}
