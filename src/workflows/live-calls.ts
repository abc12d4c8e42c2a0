import type { AttemptId } from '../domain/ids.ts';
import type { LiveCall } from './live-call.ts';

/** The calls that this process has on its lines, by the leg that each is on. */
export class LiveCalls {
  readonly #byLeg = new Map<AttemptId, LiveCall>();

  get size(): number {
    return this.#byLeg.size;
  }

  add(live: LiveCall): void {
    this.#byLeg.set(live.leg, live);
  }

  remove(live: LiveCall): void {
    this.#byLeg.delete(live.leg);
  }

  of(leg: AttemptId): LiveCall | undefined {
    return this.#byLeg.get(leg);
  }

  all(): LiveCall[] {
    return [...this.#byLeg.values()];
  }
}
