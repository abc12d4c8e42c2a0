import type { PersonHash } from '../domain/calls/call.ts';
import { blockingOptOut } from '../domain/calls/dialling-rules.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { LiveCall } from './live-call.ts';

/** Those of another process never come: the oldest are forgotten. (They are looked for on record as well.) */
const mostUnclaimedEnds = 1_000;

/** The calls that this process has on its lines, by the leg that each is on. */
export class LiveCalls {
  readonly #byLeg = new Map<AttemptId, LiveCall>();
  /** Ends that were requested while the reply to the claim was still on its way, so that nobody was there yet to be told. */
  readonly #unclaimedEnds = new Set<AttemptId>();

  get size(): number {
    return this.#byLeg.size;
  }

  add(live: LiveCall): void {
    this.#byLeg.set(live.leg, live);
    if (this.#unclaimedEnds.delete(live.leg)) live.post({ type: 'cancel' });
  }

  /** Somebody asked for the end of this leg, and the request is on record. Gives the call that was told, if it is here already. */
  requestEnd(leg: AttemptId): LiveCall | null {
    const live = this.#byLeg.get(leg) ?? null;
    if (live) live.post({ type: 'cancel' });
    else this.#expect(leg);
    return live;
  }

  /** This opt-out is on record: what waits for its instant, and perhaps looked for a no just before, is not dialled any more. */
  withdraw({ person, scope }: { person: PersonHash; scope: string }): void {
    for (const live of this.#byLeg.values())
      if (live.call.person === person && !live.dialled && blockingOptOut(live.call, [scope]) !== null)
        live.post({ type: 'withdrawn' });
  }

  #expect(leg: AttemptId): void {
    this.#unclaimedEnds.add(leg);
    const [oldest] = this.#unclaimedEnds;
    if (oldest !== undefined && this.#unclaimedEnds.size > mostUnclaimedEnds)
      this.#unclaimedEnds.delete(oldest);
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
