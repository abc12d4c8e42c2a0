import type { GrowthLoad } from './measure-growth.ts';
import type { SimulatorLoad } from './measure-simulator.ts';
import type { Load } from './place-calls.ts';

export interface Loads {
  /** From the lightest to the heaviest: what is done so many times a second, whatever the load, is shared by more calls. */
  costs: Load[];
  costRounds: number;
  /** Of each contender. Code is compiled as it is used: the gateway's calls went on becoming cheaper until about a thousand (measured). */
  costWarmUp: Load;
  /** From the lightest to the heaviest. */
  latencies: Load[];
  accepting: Load;
  importRows: number;
  memory: Load;
  growth: GrowthLoad;
  simulator: SimulatorLoad;
}

/** `quick`: a tenth of the time, for a first impression; targets that name a load cannot be met by it. */
export function loadsOf(quick: boolean): Loads {
  return quick ? quickLoads : fullLoads;
}

const fullLoads: Loads = {
  costs: [
    { calls: 200, perSecond: 20 },
    { calls: 500, perSecond: 50 },
  ],
  costRounds: 3,
  costWarmUp: { calls: 1_000, perSecond: 40 },
  latencies: [
    { calls: 200, perSecond: 10 },
    { calls: 400, perSecond: 20 },
    { calls: 1000, perSecond: 50 },
  ],
  accepting: { calls: 4000, perSecond: 200 },
  importRows: 100_000,
  memory: { calls: 500, perSecond: 50 },
  growth: {
    load: { calls: 200, perSecond: 20 },
    rounds: 3,
    othersLive: [10, 100, 1_000],
    warmUp: { calls: 1_000, perSecond: 25 },
  },
  simulator: { load: { calls: 3_000, perSecond: 50 }, warmUp: { calls: 3_000, perSecond: 50 }, rounds: 7 },
};

const quickLoads: Loads = {
  costs: [{ calls: 60, perSecond: 20 }],
  costRounds: 1,
  costWarmUp: { calls: 100, perSecond: 20 },
  latencies: [{ calls: 60, perSecond: 20 }],
  accepting: { calls: 600, perSecond: 200 },
  importRows: 10_000,
  memory: { calls: 60, perSecond: 20 },
  growth: {
    load: { calls: 100, perSecond: 20 },
    rounds: 1,
    othersLive: [10, 100],
    warmUp: { calls: 100, perSecond: 20 },
  },
  simulator: { load: { calls: 1_000, perSecond: 50 }, warmUp: { calls: 1_000, perSecond: 50 }, rounds: 3 },
};
