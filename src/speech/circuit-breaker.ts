import type { Clock } from '../lib/clock.ts';

export interface BreakerRules {
  /** So many failures in a row, and the service is left in peace. */
  failures: number;
  restMs: number;
  /** Each rest that is followed by another failure is twice as long as the one before, up to this. */
  longestRestMs: number;
}

/**
 * Keeps us from asking a service that does not answer, or does not want us:
 *
 *     asking ──failures──► resting ──time is over──► trying ──success──► asking
 *                             ▲                         │
 *                             └────────failure──────────┘
 *
 * While it tries, one request goes through, and the others are refused as while it rests.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #rules: BreakerRules;
  #failures = 0;
  #restMs: number;
  #restsUntil: number | null = null;
  #isTrying = false;

  constructor(clock: Clock, rules: BreakerRules) {
    this.#clock = clock;
    this.#rules = rules;
    this.#restMs = rules.restMs;
  }

  /** Whether a request may leave now; of those that come after a rest, the first alone. Tell what came of it. */
  admits(): boolean {
    if (this.#restsUntil === null) return true;
    if (this.#isTrying || this.#clock.now() < this.#restsUntil) return false;
    this.#isTrying = true;
    return true;
  }

  /** Whether `admits` would say yes. */
  get isOpenToRequests(): boolean {
    return this.#restsUntil === null || (!this.#isTrying && this.#clock.now() >= this.#restsUntil);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = this.#rules.restMs;
    this.#restsUntil = null;
    this.#isTrying = false;
  }

  /** @param refusal the service wants no more requests for now: it rests at once, for as long as it said, if it did */
  failed(refusal: { retryAfterMs: number | null } | null = null): void {
    this.#failures += 1;
    const wasTrying = this.#isTrying;
    this.#isTrying = false;
    if (refusal === null && !wasTrying && this.#failures < this.#rules.failures) return;
    if (this.#restsUntil !== null && !wasTrying) return; // it left before the rest began
    const restMs = Math.max(this.#restMs, refusal?.retryAfterMs ?? 0);
    this.#restsUntil = this.#clock.now() + Math.min(restMs, this.#rules.longestRestMs);
    this.#restMs = Math.min(this.#restMs * 2, this.#rules.longestRestMs);
  }

  /** The request came to nothing for a reason that says nothing of the service: called off, or a text that it will not speak. */
  undecided(): void {
    this.#isTrying = false;
  }
}
