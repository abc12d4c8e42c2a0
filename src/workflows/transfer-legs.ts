import type { LiveTransferRow } from '../db/ledger.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { LegEvent, LegId, LiveLeg } from '../telephony/telephony.ts';

/** Whoever sees one leg of a transfer to its end. */
export interface TransferLeg {
  onEvent(event: LegEvent): void;
  /** Whether the request to dial has left: before that there is no leg to look for. */
  readonly dialled: boolean;
  /** Nobody wants it any more: if it is still there, the request to end it was lost. */
  readonly isOver: boolean;
  /** The leg does not exist any more, and nobody saw its end. */
  onLost(): void;
}

/** The network's legs and their states, asked for at `askedAt`: what was dialled from then on may not be among them. */
export interface ListedLegs {
  readonly askedAt: number;
  readonly states: ReadonlyMap<LegId, LiveLeg['state']>;
  /** Transfers that were on record and not over, just before. */
  readonly transfers: readonly LiveTransferRow[];
}

type Noted = 'nothing' | 'answered' | 'gone';

/** The legs of transfers that this process has, each from before its claim until it is gone. */
export class TransferLegs {
  readonly #byLeg = new Map<AttemptId, TransferLeg>();
  /** What happened to those that nobody here has, until somebody does: a process before this one called them, or they were let go of to be taken up. */
  readonly #noted = new Map<AttemptId, Noted>();

  add(leg: AttemptId, transfer: TransferLeg): void {
    this.#noted.delete(leg);
    this.#byLeg.set(leg, transfer);
  }

  remove(leg: AttemptId): void {
    this.#byLeg.delete(leg);
  }

  /** Whoever had it lets go of it while it is there: what they know of it, and what happens to it, is remembered until somebody has it again. */
  release(leg: AttemptId, known: 'nothing' | 'answered'): void {
    if (this.#byLeg.delete(leg)) this.#noted.set(leg, known);
  }

  /** Legs on record, to be told of before the network's are listed: from there until somebody has them, what happens to them is remembered. */
  expect(legs: readonly AttemptId[]): void {
    for (const leg of this.#noted.keys()) if (!legs.includes(leg)) this.#noted.delete(leg);
    for (const leg of legs)
      if (!this.#byLeg.has(leg) && !this.#noted.has(leg)) this.#noted.set(leg, 'nothing');
  }

  /** Gives an event to whoever has its leg. False where nobody knows of it. */
  tell(event: LegEvent): boolean {
    const transfer = this.#byLeg.get(event.leg);
    if (transfer) transfer.onEvent(event);
    else if (!this.#noted.has(event.leg)) return false;
    else if (event.type === 'answered') this.#noted.set(event.leg, 'answered');
    else if (event.type === 'hung_up') this.#noted.set(event.leg, 'gone');
    return true;
  }

  /** The state now of a leg that was listed in this one; undefined where it is gone. */
  stateNow(leg: AttemptId, listed: LiveLeg['state'] | undefined): LiveLeg['state'] | undefined {
    const noted = this.#noted.get(leg);
    if (noted === 'gone') return undefined;
    return noted === 'answered' && listed !== undefined ? 'answered' : listed;
  }

  get size(): number {
    return this.#byLeg.size;
  }

  of(leg: AttemptId): TransferLeg | undefined {
    return this.#byLeg.get(leg);
  }
}
