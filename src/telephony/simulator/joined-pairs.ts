import { assert } from '../../lib/assert.ts';
import type { JoinedLegs, LegId } from '../telephony.ts';
import type { HandsetEar } from './handset-ear.ts';

/** Who hears whom, both ways. Who is left alone by the other one stays so until they are parted. */
export class JoinedPairs {
  readonly #others = new Map<LegId, LegId>();

  has(leg: LegId): boolean {
    return this.#others.has(leg);
  }

  /** @param ears of those of them who are there */
  join({ person, other }: JoinedLegs, ears: readonly HandsetEar[]): 'done' | 'gone' {
    if (ears.length < 2) return 'gone';
    assert(!ears.some((ear) => ear.isSpokenTo), 'who is joined is not spoken to');
    this.#others.set(person, other).set(other, person);
    return 'done';
  }

  part(person: LegId): void {
    this.#others.delete(person);
    for (const [leg, other] of this.#others) if (other === person) this.#others.delete(leg);
  }

  /** It is gone. */
  leave(leg: LegId): void {
    this.#others.delete(leg);
  }
}
