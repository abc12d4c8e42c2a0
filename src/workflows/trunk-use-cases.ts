import type { DryRunRequest, DryRunResult } from './dry-run-trunks.ts';

/** What can be asked about the ways out to the phone network. */
export interface TrunkUseCases {
  /** What would be dialled, and over which trunk, without dialling. */
  dryRunTrunks(request: DryRunRequest): Promise<DryRunResult>;
}
