import { startAriClient } from './ari-client-contender.ts';
import { startBare } from './bare-contender.ts';
import type { Contender, ContenderName, CpuByPart } from './contender.ts';
import { startFloor } from './floor-contender.ts';
import { startGatewayContender } from './gateway-contender.ts';
import { medianOf, round } from './percentiles.ts';
import type { Load } from './place-calls.ts';

/** CPU of a call in milliseconds; the median of the rounds. */
export interface Cost extends CpuByPart {
  total: number;
  /** Of each round. */
  totals: number[];
}

export interface Costs {
  rounds: number;
  /** Calls of each contender that were not measured. */
  warmUp: Load;
  /** From the lightest to the heaviest. */
  atLoads: CostAtLoad[];
}

export interface CostAtLoad {
  load: Load;
  byContender: Record<ContenderName, Cost>;
}

type Rounds = Record<ContenderName, CpuByPart[]>;

/**
 * What a call costs by each contender. All live through the whole measurement and take turns, round by round, so that what the machine
 * does beside falls on all of them.
 */
export async function measureCost(
  loads: readonly Load[],
  options: { rounds: number; warmUp: Load; profileDir: string | null; say: (line: string) => void },
): Promise<Costs> {
  await using open = new AsyncDisposableStack();
  const keep = <T extends Contender>(contender: T): T => open.adopt(contender, (it) => it.stop());
  const gateway = keep(await startGatewayContender(options.profileDir));
  const contenders = [
    keep(await startFloor(gateway.sounds)),
    gateway,
    keep(await startAriClient(gateway.sounds)),
    keep(await startBare(gateway.sounds)),
  ];
  for (const contender of contenders) {
    options.say(`cost, warm-up: ${contender.name}`);
    await contender.makeCalls(options.warmUp);
  }
  const atLoads: CostAtLoad[] = [];
  for (const load of loads) {
    const costs: Rounds = { floor: [], gateway: [], ari_client: [], bare: [] };
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const contender of contenders) {
        options.say(
          `cost at ${load.perSecond} per second, round ${round} of ${options.rounds}: ${contender.name}`,
        );
        costs[contender.name].push(await costOfCall(contender, load));
      }
    }
    atLoads.push({ load, byContender: summariesOf(costs) });
  }
  return { rounds: options.rounds, warmUp: options.warmUp, atLoads };
}

async function costOfCall(contender: Contender, load: Load): Promise<CpuByPart> {
  const before = await contender.cpuMs();
  await contender.makeCalls(load);
  const after = await contender.cpuMs();
  const perCall = (part: keyof CpuByPart): number => round((after[part] - before[part]) / load.calls);
  return { asterisk: perCall('asterisk'), program: perCall('program'), postgres: perCall('postgres') };
}

function summariesOf({ floor, gateway, ari_client, bare }: Rounds): Record<ContenderName, Cost> {
  return {
    floor: summaryOf(floor),
    gateway: summaryOf(gateway),
    ari_client: summaryOf(ari_client),
    bare: summaryOf(bare),
  };
}

function summaryOf(rounds: readonly CpuByPart[]): Cost {
  const median = (part: keyof CpuByPart): number => medianOf(rounds.map((cost) => cost[part]));
  const totals = rounds.map((cost) => round(cost.asterisk + cost.program + cost.postgres));
  return {
    asterisk: median('asterisk'),
    program: median('program'),
    postgres: median('postgres'),
    total: medianOf(totals),
    totals,
  };
}
