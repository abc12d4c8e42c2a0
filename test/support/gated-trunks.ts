import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { TrunkStore } from '../../src/db/trunk-store.ts';
import type { ProcessGate } from './process-gate.ts';

/** The states of trunks as one process reaches them: each request may be cut on its way there, or after all of it was kept. */
export class GatedTrunks implements TrunkStore {
  readonly #gate: ProcessGate;
  readonly #store: TrunkStore;

  constructor(gate: ProcessGate, store: TrunkStore) {
    this.#gate = gate;
    this.#store = store;
  }

  states(): ReturnType<TrunkStore['states']> {
    return this.#ask('trunkStates', () => this.#store.states());
  }

  liveByTrunk(): Promise<Map<string, number>> {
    return this.#ask('liveByTrunk', () => this.#store.liveByTrunk());
  }

  change(...change: Parameters<TrunkStore['change']>): ReturnType<TrunkStore['change']> {
    return this.#ask('changeTrunk', () => this.#store.change(...change));
  }

  async #ask<T>(operation: string, effect: () => Promise<T>): Promise<T> {
    const cut = (): Error => new LedgerUnavailable('the connection broke');
    await this.#gate.pass({ operation, stage: 'before' }, cut);
    const result = await this.#gate.act(effect);
    await this.#gate.pass({ operation, stage: 'after' }, cut);
    return result;
  }
}
