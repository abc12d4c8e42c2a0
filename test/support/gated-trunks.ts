import type { TrunkStore } from '../../src/db/trunk-store.ts';
import { askThrough } from './ask-through.ts';
import type { ProcessGate } from './process-gate.ts';

/** The states of trunks as one process reaches them. */
export function gatedTrunks(gate: ProcessGate, store: TrunkStore): TrunkStore {
  const ask = askThrough(gate);
  return {
    states: () => ask('trunkStates', () => store.states()),
    liveByTrunk: () => ask('liveByTrunk', () => store.liveByTrunk()),
    change: (...change) => ask('changeTrunk', () => store.change(...change)),
  };
}
