import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { ClusterWorld, type ClusterPlan, type ClusterResult } from './cluster-world.ts';
import { Violation } from './violation.ts';
import { noFaults, planCampaign, planWorld } from './world-plan.ts';

/** `CLUSTER_SEED=12 npx vitest run --project simulation several-gateways` plays that one world and prints all that happened in it. */
const words = await loadBuiltInWords(fileURLToPath(new URL('../../prompts', import.meta.url)));
const { CLUSTER_SEED: only, SEEDS: wanted } = process.env;
const first = only === undefined ? 1 : Number(only);
const count = only === undefined ? Math.ceil(Number(wanted ?? 500) / 10) : 1;
const worldsPerTest = 5;
const linesShown = only === undefined ? 30 : Infinity;
const busySpanMs = 300_000;

/** Soon tried again and soon over, so that a world is a matter of minutes and not of days. */
const briefRetry = {
  max_attempts: 2,
  minimum_gap: 'PT1S',
  another_part_of_day: false,
  after: {
    busy: 'PT5S',
    no_answer: 'PT5S',
    unreachable: 'PT5S',
    partial: 'PT5S',
    rejected: 'PT5S',
    trunk_failure: 'PT5S',
  },
};

function planCluster(random: SeededRandom): ClusterPlan {
  const { calls } = planWorld(random.fork('calls'), 25);
  const gateways = random.pick([2, 2, 3]);
  const spells = <T>(share: number, make: (at: number) => T): T[] =>
    Array.from({ length: 2 }, () => random.integer(0, busySpanMs))
      .filter(() => random.chance(share))
      .map(make);
  return {
    startsAt: Date.parse('2026-03-02T12:00:00+05:30'),
    trunks: [{ ...simulatorTrunk, channels: random.pick([4, 250]), callsPerSecond: random.pick([3, 50]) }],
    calls: calls.map((call) => ({
      ...call,
      at: Math.min(call.at, random.integer(0, busySpanMs)),
      body: { ...call.body, retry: briefRetry, max_duration: 'PT30S' },
    })),
    campaigns: planCampaigns(random.fork('campaigns')),
    rates: {
      ...noFaults,
      crash: random.pick([0, 0.0005]),
      ledgerCut: random.pick([0, 0.002]),
      longestLatencyMs: random.pick([0, 3, 40]),
    },
    gateways,
    isOneMachine: random.chance(0.5),
    kills: spells(0.5, (at) => ({
      ...{ at, gateway: random.integer(0, gateways - 1) },
      awayMs: random.pick([500, 20_000, 90_000]),
    })),
    restarts: spells(0.3, (at) => ({ at, gateway: random.integer(0, gateways - 1) })),
    unreachable: spells(0.3, (at) => ({
      ...{ at, asterisk: random.pick(['north', 'south']) },
      lastsMs: random.pick([3_000, 25_000, 60_000, 400_000]),
    })),
    isolations: spells(0.5, (at) => ({
      ...{ at, gateway: random.integer(0, gateways - 1) },
      lastsMs: random.integer(2_000, 25_000),
    })),
    outages: spells(0.2, (at) => ({ at, lastsMs: random.pick([2_000, 20_000, 60_000]) })),
  };
}

function planCampaigns(random: SeededRandom): ClusterPlan['campaigns'] {
  if (random.chance(0.5)) return [];
  const { request, calls, ...campaign } = planCampaign(random);
  const brief = calls.map((call) => ({ ...call, body: { ...call.body, max_duration: 'PT30S' } }));
  return [{ ...campaign, request: { ...request, retry: briefRetry }, calls: brief }];
}

async function runWorld(seed: number): Promise<ClusterResult> {
  const random = new SeededRandom(seed);
  try {
    return await new ClusterWorld(planCluster(random.fork('plan')), random, words).run();
  } catch (error) {
    const again = `World ${seed} is broken. To see it again: CLUSTER_SEED=${seed} npx vitest run --project simulation several-gateways`;
    const trace = error instanceof Violation ? error.trace.slice(-linesShown).join('\n') : '';
    throw new Error(`${again}\n${String(error)}\n${trace}`, { cause: error });
  }
}

describe('several gateways with two Asterisks on one database', () => {
  const results: ClusterResult[] = [];

  const starts = Array.from(
    { length: Math.ceil(count / worldsPerTest) },
    (_, index) => first + index * worldsPerTest,
  );

  it.each(starts)(
    'keep the invariants, though gateways die and Asterisks are out of reach, in the worlds from %i on',
    async (start) => {
      for (let seed = start; seed < Math.min(start + worldsPerTest, first + count); seed += 1)
        results.push(await runWorld(seed));
    },
  );

  it.runIf(count >= 25)('dial over both, and take leases from each other', () => {
    expect(results.filter(({ asterisks }) => asterisks.size === 2).length).toBeGreaterThan(count / 4);
    expect(results.filter(({ tenures }) => tenures > 4).length).toBeGreaterThan(count / 4);
    expect(results.reduce((sum, { pilots }) => sum + pilots, 0)).toBeGreaterThan(count / 10);
    expect(new Set(results.flatMap(({ outcomes }) => [...outcomes]))).toContain('unknown');
  });

  it('happen in the same way when a world is played again', async () => {
    const [one, other] = [await runWorld(first), await runWorld(first)];
    expect(other.digest).toBe(one.digest);
  });
});
