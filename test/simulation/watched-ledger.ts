import type {
  AcceptResult,
  Acceptance,
  ClaimRequest,
  TransferClaim,
  Transition,
} from '../../src/db/ledger.ts';
import { InMemoryLedger, type LedgerFaults } from '../support/in-memory-ledger.ts';

/** The ledger's twin, which tells a witness of every move that it kept, in the order of keeping. */
export class WatchedLedger extends InMemoryLedger {
  readonly #kept: (transition: Transition) => void;

  readonly #transferClaimed: (claim: TransferClaim) => void;

  constructor(
    kept: (transition: Transition) => void,
    faults: LedgerFaults = {},
    transferClaimed: (claim: TransferClaim) => void = () => undefined,
  ) {
    super({ freezes: false, ...faults });
    this.#kept = kept;
    this.#transferClaimed = transferClaimed;
  }

  override async claimTransfer(claim: TransferClaim): ReturnType<InMemoryLedger['claimTransfer']> {
    const claimed = await super.claimTransfer(claim);
    if (typeof claimed === 'object') this.#transferClaimed(claim);
    return claimed;
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
