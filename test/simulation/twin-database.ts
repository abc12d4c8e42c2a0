import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { InMemoryCampaigns } from '../support/in-memory-campaigns.ts';
import { InMemoryTrunks } from '../support/in-memory-trunks.ts';
import { personOf } from '../support/simulated-gateway.ts';
import type { Stores } from '../support/surroundings.ts';
import { WatchedLedger } from './watched-ledger.ts';
import type { DatabaseWitness, WorldDatabase } from './world-database.ts';

/** The twins in memory: nothing takes them any real time, and a world replays to the last await. */
export class TwinDatabase implements WorldDatabase {
  readonly io = null;
  readonly personOf = personOf;
  readonly #ledger: WatchedLedger;
  readonly #trunks: InMemoryTrunks;
  readonly #campaigns: InMemoryCampaigns;

  constructor(witness: DatabaseWitness) {
    this.#ledger = new WatchedLedger(witness);
    this.#trunks = new InMemoryTrunks(this.#ledger);
    this.#campaigns = new InMemoryCampaigns(this.#ledger);
  }

  stores(): Stores {
    return { ledger: this.#ledger, trunkStore: this.#trunks, campaigns: this.#campaigns };
  }

  get liveTransferCount(): number {
    return this.#ledger.liveTransferCount;
  }

  events(): Promise<readonly StoredEvent[]> {
    return Promise.resolve([...this.#ledger.events, ...this.#trunks.events, ...this.#campaigns.events]);
  }

  /** It tells what it keeps. */
  faults(): Promise<string[]> {
    return Promise.resolve([]);
  }
}
