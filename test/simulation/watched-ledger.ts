import type { AcceptResult, Acceptance, ClaimRequest, Transition } from '../../src/db/ledger.ts';
import { InMemoryLedger, type LedgerFaults } from '../support/in-memory-ledger.ts';

/** The ledger's twin, which tells a witness of every move that it kept, in the order of keeping. */
export class WatchedLedger extends InMemoryLedger {
  readonly #kept: (transition: Transition) => void;

  constructor(kept: (transition: Transition) => void, faults: LedgerFaults = {}) {
    super({ freezes: false, ...faults });
    this.#kept = kept;
  }

  override async accept(acceptance: Acceptance): Promise<AcceptResult> {
    const accepted = await super.accept(acceptance);
    if (accepted.result === 'accepted') this.#kept(acceptance.transition);
    return accepted;
  }

  override async commit(transition: Transition): Promise<'committed' | 'lost_race'> {
    const result = await super.commit(transition);
    if (result === 'committed') this.#kept(transition);
    return result;
  }

  override async claim(request: ClaimRequest): Promise<Transition[]> {
    const claimed = await super.claim(request);
    claimed.forEach(this.#kept);
    return claimed;
  }
}
