import type { DryRunRequest, DryRunResult } from './dry-run-trunks.ts';
import type { TrunkView } from './read-trunks.ts';

/** What can be asked about the ways out to the phone network. */
export interface TrunkUseCases {
  /** What would be dialled, and over which trunk, without dialling. */
  dryRunTrunks(request: DryRunRequest): Promise<DryRunResult>;
  /** In the order of the file. */
  listTrunks(): Promise<TrunkView[]>;
  readTrunk(name: string): Promise<TrunkView | null>;
  /** From now on no gateway dials over it; calls on it go on. Null where there is no such trunk. */
  drainTrunk(name: string): Promise<TrunkView | null>;
  resumeTrunk(name: string): Promise<TrunkView | null>;
}
