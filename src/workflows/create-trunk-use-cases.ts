import type { TrunkState } from '../domain/trunks/trunk-state.ts';
import { dryRunTrunks } from './dry-run-trunks.ts';
import { readTrunks, type ReadTrunksDependencies } from './read-trunks.ts';
import type { TrunkBoard } from './trunk-board.ts';
import type { TrunkUseCases } from './trunk-use-cases.ts';

export interface TrunkUseCaseDependencies extends ReadTrunksDependencies {
  trunkBoard: Pick<TrunkBoard, 'change' | 'isOpen' | 'tell'>;
}

export function createTrunkUseCases(deps: TrunkUseCaseDependencies): TrunkUseCases {
  const readTrunk: TrunkUseCases['readTrunk'] = async (name) =>
    (await readTrunks(deps)).find(({ trunk }) => trunk.name === name) ?? null;
  const changed = async (name: string, change: (state: TrunkState) => TrunkState) => {
    if (!deps.trunks.some((trunk) => trunk.name === name)) return null;
    await deps.trunkBoard.change(name, change);
    return readTrunk(name);
  };
  return {
    dryRunTrunks: (request) => Promise.resolve(dryRunTrunks(deps, request)),
    listTrunks: () => readTrunks(deps),
    readTrunk,
    drainTrunk: (name) =>
      changed(name, (state) =>
        state.drainedAt === null ? { ...state, drainedAt: deps.clock.now() } : state,
      ),
    resumeTrunk: (name) =>
      changed(name, (state) => (state.drainedAt === null ? state : { ...state, drainedAt: null })),
  };
}
