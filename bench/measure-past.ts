import {
  costOfCalls,
  makeCalls,
  medianCost,
  startCalledGateway,
  type CalledGateway,
  type CostOfCall,
} from './called-gateway.ts';
import { createSimulatedNumbers } from './phone-numbers.ts';
import type { Load } from './place-calls.ts';
import type { BenchDatabase } from './start-simulated-gateway.ts';

/** What a whole call costs a gateway and PostgreSQL, with much in the database and with little; medians of the rounds, taken in turns. */
export interface Past {
  load: Load;
  rounds: number;
  little: CostOfCall;
  much: CostOfCall;
  /** Totals of each round. */
  totals: { little: number[]; much: number[] };
}

const limits = { channels: 1_000, calls_per_second: 200 };

/**
 * The same calls by two gateways, each with a database of its own on one server; while one makes calls, the other has nothing to do.
 *
 * @param databases in which nothing is due
 */
export async function measurePast(
  databases: { little: BenchDatabase; much: BenchDatabase },
  options: { load: Load; warmUp: Load; rounds: number; say: (line: string) => void },
): Promise<Past> {
  const { load, warmUp, rounds, say } = options;
  await using open = new AsyncDisposableStack();
  const start = (database: BenchDatabase): Promise<CalledGateway> =>
    startCalledGateway(open, { profileDir: null, limits, database });
  const [little, much] = [await start(databases.little), await start(databases.much)];
  const numbers = createSimulatedNumbers(['3', '4', '5', '6']);
  for (const gateway of [little, much]) await makeCalls(gateway, warmUp, numbers);

  const costs = { little: [] as CostOfCall[], much: [] as CostOfCall[] };
  const costOf = (gateway: CalledGateway): Promise<CostOfCall> =>
    costOfCalls(gateway, { calls: load.calls, make: () => makeCalls(gateway, load, numbers) });
  for (let round = 1; round <= rounds; round += 1) {
    say(`whole calls, with little and with much in the database: round ${round} of ${rounds}`);
    costs.little.push(await costOf(little));
    costs.much.push(await costOf(much));
  }
  return {
    ...{ load, rounds },
    little: medianCost(costs.little),
    much: medianCost(costs.much),
    totals: {
      little: costs.little.map(({ total }) => total),
      much: costs.much.map(({ total }) => total),
    },
  };
}
