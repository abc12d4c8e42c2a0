import type { TrunkStore } from '../../src/db/trunk-store.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { newTrunkState } from '../../src/domain/trunks/trunk-state.ts';
import type { InMemoryLedger } from './in-memory-ledger.ts';

/** The twin of the store of trunks, on the ledger in memory, whose claims look at the same states. */
export class InMemoryTrunks implements TrunkStore {
  readonly #ledger: InMemoryLedger;
  readonly events: StoredEvent[] = [];

  constructor(ledger: InMemoryLedger) {
    this.#ledger = ledger;
  }

  states(): ReturnType<TrunkStore['states']> {
    return Promise.resolve(new Map(this.#ledger.trunks));
  }

  async liveByTrunk(): Promise<Map<string, number>> {
    const live = await this.#ledger.liveCalls();
    const trunks = [...live.map((call) => call.attempts.at(-1)?.trunk ?? ''), ...this.#ledger.transferTrunks];
    const byTrunk = Map.groupBy(trunks, (trunk) => trunk);
    return new Map([...byTrunk].map(([trunk, legs]) => [trunk, legs.length]));
  }

  change(...[state, { events }]: Parameters<TrunkStore['change']>): ReturnType<TrunkStore['change']> {
    const { trunks } = this.#ledger;
    const before = trunks.get(state.name) ?? newTrunkState(state.name);
    if (before.revision !== state.revision) return Promise.resolve('lost_race');
    trunks.set(state.name, Object.freeze({ ...state, revision: state.revision + 1 }));
    this.events.push(...events);
    return Promise.resolve('changed');
  }
}
