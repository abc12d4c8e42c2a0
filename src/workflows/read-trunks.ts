import type { Trunk } from '../domain/calls/trunk.ts';
import { paceFactor } from '../domain/trunks/trunk-pace.ts';
import type { Sightings } from '../domain/trunks/trunk-sightings.ts';
import {
  conditionOf,
  healthOf,
  newTrunkState,
  type TrunkCondition,
  type TrunkState,
} from '../domain/trunks/trunk-state.ts';
import type { Clock } from '../lib/clock.ts';
import type { TrunkStore } from '../db/trunk-store.ts';

/** A trunk of the file, and how it is. */
export interface TrunkView {
  trunk: Trunk;
  condition: TrunkCondition;
  /** Why calls do not come through; null where they do. */
  reason: string | null;
  drainedAt: number | null;
  /** Until when the breaker keeps calls from it, where it does. */
  closedUntil: number | null;
  live: number;
  /** What it is given of its calls per second: over 0, at most 1. */
  paceFactor: number;
  sightings: Sightings;
}

export interface ReadTrunksDependencies {
  trunks: readonly Trunk[];
  trunkStore: Pick<TrunkStore, 'states' | 'liveByTrunk'>;
  clock: Clock;
}

/** In the order of the file. */
export async function readTrunks(deps: ReadTrunksDependencies): Promise<TrunkView[]> {
  const [states, live] = await Promise.all([deps.trunkStore.states(), deps.trunkStore.liveByTrunk()]);
  const now = deps.clock.now();
  return deps.trunks.map((trunk) => {
    const state = states.get(trunk.name) ?? newTrunkState(trunk.name);
    return viewTrunk(trunk, state, { now, live: live.get(trunk.name) ?? 0 });
  });
}

function viewTrunk(trunk: Trunk, state: TrunkState, at: { now: number; live: number }): TrunkView {
  return {
    trunk,
    condition: conditionOf(state, at),
    reason: healthOf(state, at.now).reason,
    drainedAt: state.drainedAt,
    closedUntil: state.breaker.closedUntil,
    live: at.live,
    paceFactor: paceFactor(state.pace, at.now),
    sightings: state.sightings,
  };
}
