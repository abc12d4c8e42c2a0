import type { Load } from './place-calls.ts';

export interface Loads {
  cost: Load;
  costRounds: number;
  /** From the lightest to the heaviest. */
  latencies: Load[];
  accepting: Load;
  importRows: number;
  memory: Load;
}

/** `quick`: a tenth of the time, for a first impression; targets that name a load cannot be met by it. */
export function loadsOf(quick: boolean): Loads {
  return quick ? quickLoads : fullLoads;
}

const fullLoads: Loads = {
  cost: { calls: 200, perSecond: 20 },
  costRounds: 3,
  latencies: [
    { calls: 200, perSecond: 10 },
    { calls: 400, perSecond: 20 },
    { calls: 1000, perSecond: 50 },
  ],
  accepting: { calls: 4000, perSecond: 200 },
  importRows: 100_000,
  memory: { calls: 500, perSecond: 50 },
};

const quickLoads: Loads = {
  cost: { calls: 60, perSecond: 20 },
  costRounds: 1,
  latencies: [{ calls: 60, perSecond: 20 }],
  accepting: { calls: 600, perSecond: 200 },
  importRows: 10_000,
  memory: { calls: 60, perSecond: 20 },
};
