import type {
  AcceptResult,
  Acceptance,
  ClaimRequest,
  TransferClaim,
  Transition,
} from '../../src/db/ledger.ts';
import { InMemoryLedger, type LedgerFaults } from '../support/in-memory-ledger.ts';
import type { DatabaseWitness } from './world-database.ts';

/** The ledger's twin, which tells a witness of every move that it kept, in the order of keeping. */
export class WatchedLedger extends InMemoryLedger {
  readonly #witness: DatabaseWitness;

  constructor(witness: DatabaseWitness, faults: LedgerFaults = {}) {
    super({ freezes: false, ...faults });
    this.#witness = witness;
  }

  override async claimTransfer(claim: TransferClaim): ReturnType<InMemoryLedger['claimTransfer']> {
    const claimed = await super.claimTransfer(claim);
    if (typeof claimed === 'object') this.#witness.transferClaimed(claim);
    return claimed;
  }

  override async accept(acceptance: Acceptance): Promise<AcceptResult> {
    const accepted = await super.accept(acceptance);
    if (accepted.result === 'accepted') this.#witness.kept(acceptance.transition);
    return accepted;
  }

  override async commit(transition: Transition): Promise<'committed' | 'lost_race'> {
    const result = await super.commit(transition);
    if (result === 'committed') this.#witness.kept(transition);
    return result;
  }

  override async claim(request: ClaimRequest): Promise<Transition[]> {
    const claimed = await super.claim(request);
    for (const transition of claimed) this.#witness.kept(transition);
    return claimed;
  }
}
