import type { TransferClaim, Transition } from '../../src/db/ledger.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { PersonHash } from '../../src/domain/calls/call.ts';
import type { ProcessGate } from '../support/process-gate.ts';
import type { Stores } from '../support/surroundings.ts';
import type { RealIo } from '../support/virtual-clock.ts';
import type { CallWitness } from './call-witness.ts';
import type { ErasureWitness } from './erasure-witness.ts';
import type { WorldPlan } from './world-plan.ts';

/** A move of a call as it was kept. */
export type KeptMove = Pick<Transition, 'call' | 'events' | 'optOut' | 'timeline'>;
export type KeptTransfer = Pick<TransferClaim, 'leg' | 'callId' | 'callee' | 'isAgent'>;

/** Is told of what is kept, in the order of keeping, whoever comes to know of it. */
export interface DatabaseWitness {
  kept: (move: KeptMove) => void;
  transferClaimed: (transfer: KeptTransfer) => void;
}

/** The same of a database that can forget somebody. */
export interface ForgettingWitness extends DatabaseWitness {
  erasures: () => ErasureWitness;
}

/** The database of a world, which outlives the processes. */
export interface WorldDatabase {
  /** What it takes real time for; null where that is nothing. */
  readonly io: RealIo | null;
  /** What the process of this gate reaches of it. Whether it can is the gate's to say. */
  stores(gate: ProcessGate): Stores;
  personOf(number: string): PersonHash;
  /** Legs of transfers that were not seen to end. */
  readonly liveTransferCount: number;
  /** All that was reported, in the order of keeping. */
  events(): Promise<readonly StoredEvent[]>;
  /** When all is over: what is kept otherwise than it was told. */
  faults(told: { calls: CallWitness; plan: WorldPlan }): Promise<string[]>;
}
