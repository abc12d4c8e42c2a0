import type { AttemptId } from '../domain/ids.ts';
import type { LegEvent } from '../telephony/telephony.ts';

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

/** The legs of transfers that this process has, each from before its claim until it is gone. */
export class TransferLegs {
  readonly #byLeg = new Map<AttemptId, TransferLeg>();

  add(leg: AttemptId, transfer: TransferLeg): void {
    this.#byLeg.set(leg, transfer);
  }

  remove(leg: AttemptId): void {
    this.#byLeg.delete(leg);
  }

  get size(): number {
    return this.#byLeg.size;
  }

  of(leg: AttemptId): TransferLeg | undefined {
    return this.#byLeg.get(leg);
  }
}
