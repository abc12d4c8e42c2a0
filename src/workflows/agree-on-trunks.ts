import type { GatewayId } from '../domain/asterisks/lease.ts';
import { decideTrunkSet, type TrunkSet, type TrunkSetMove } from '../domain/calls/trunk-set.ts';
import { parseTrunks } from '../domain/calls/trunk.ts';
import type { Log } from '../lib/log.ts';
import type { TrunkSetStore, WrittenTrunks } from '../db/trunk-set-store.ts';

export interface TrunkAgreementDependencies {
  store: TrunkSetStore;
  gateway: GatewayId;
  isDead: (gateway: GatewayId) => boolean;
  /** The trunks of this gateway's file, as it has them and as they are read. */
  mine: { written: WrittenTrunks; set: TrunkSet };
  log: Log;
}

/**
 * Whether this gateway dials by the same trunks as all others; while it does not, it must not dial. Its own come into force where they are
 * newer by their revision, or where nobody else lives.
 */
export class TrunkAgreement {
  readonly #deps: TrunkAgreementDependencies;
  #problem: string | null = 'it was not compared yet with what the other gateways dial by';

  constructor(deps: TrunkAgreementDependencies) {
    this.#deps = deps;
  }

  /** How the trunks differ, as a sentence for the operator; null while they do not. */
  get problem(): string | null {
    return this.#problem;
  }

  /** To be called every few seconds: another gateway may have put others in force. @throws LedgerUnavailable */
  async look(): Promise<void> {
    const { store, mine, log } = this.#deps;
    const glance = this.#decide({ inForce: await store.inForce(), isAlone: false });
    let move: TrunkSetMove = glance;
    if (glance.do !== 'use')
      await store.agree(this.#deps, (seen) => {
        move = this.#decide(seen);
        return move.do === 'put' ? mine.written : null;
      });
    if (move.do === 'put')
      log.info({ revision: mine.set.revision }, 'the trunks of this gateway are in force now');
    this.#told(move);
  }

  #decide({ inForce, isAlone }: { inForce: WrittenTrunks | null; isAlone: boolean }): TrunkSetMove {
    const { set } = this.#deps.mine;
    if (inForce === null) return decideTrunkSet(set, { inForce, isAlone });
    const parsed = parseTrunks({ trunks: inForce.trunks });
    if (parsed.result === 'parsed')
      return decideTrunkSet(set, { inForce: { revision: inForce.revision, trunks: parsed.trunks }, isAlone });
    if (isAlone || set.revision > inForce.revision) return { do: 'put' };
    return { do: 'wait', differences: ['those in force are of another version of this program'] };
  }

  #told(move: TrunkSetMove): void {
    this.#problem =
      move.do === 'wait'
        ? `this gateway's trunks are not those that the others dial by, so it does not dial: ${move.differences.join('; ')}. Give all gateways the same file; one with a higher revision replaces that in force`
        : null;
  }
}
