import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { PostgresDatabase } from '../../simulation/postgres-database.ts';
import { withErasures } from '../../simulation/erasure-plan.ts';
import type { ErasureTally } from '../../simulation/erasure-tally.ts';
import { SimulatedWorld, type WorldResult } from '../../simulation/simulated-world.ts';
import { Violation } from '../../simulation/violation.ts';
import type { ForgettingWitness } from '../../simulation/world-database.ts';
import { planCampaign, planWorld, type WorldPlan } from '../../simulation/world-plan.ts';
import { createTestDatabase } from '../../support/database.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

/**
 * Worlds of `test/simulation` on a real PostgreSQL, each in a database of its own. `SEED=7 npx vitest run --project integration worlds-on-postgres` plays that
 * one, and prints all that happened in it where it is broken; `SEEDS=100` plays so many, from 1 on.
 */
const words = await loadBuiltInWords(fileURLToPath(new URL('../../../prompts', import.meta.url)));
const callsPerWorld = 20;
const { SEED: only, SEEDS: wanted } = process.env;
const first = only === undefined ? 1 : Number(only);
const count = only === undefined ? Number(wanted ?? 20) : 1;
const linesShown = only === undefined ? 30 : Infinity;

/** In half of the worlds, at least. */
function withCampaign(plan: WorldPlan, random: SeededRandom): WorldPlan {
  return random.chance(0.5) ? { ...plan, campaigns: [planCampaign(random)] } : plan;
}

interface World extends WorldResult {
  lost: PostgresDatabase['lost'];
}

async function runWorld(seed: number): Promise<World> {
  const test = await createTestDatabase();
  try {
    await PostgresDatabase.prepare(test);
    const random = new SeededRandom(seed);
    const opened: PostgresDatabase[] = [];
    const openDatabase = (witness: ForgettingWitness): PostgresDatabase => {
      const database = new PostgresDatabase(test, witness);
      opened.push(database);
      return database;
    };
    const drawn = withCampaign(planWorld(random.fork('plan'), callsPerWorld), random.fork('campaign'));
    const plan = withErasures(drawn, random.fork('erasures'));
    const result = await new SimulatedWorld(plan, random, { words, openDatabase }).run();
    return { ...result, lost: opened[0]?.lost ?? { before: 0, after: 0 } };
  } catch (error) {
    const again = `World ${seed} is broken. To see it again: SEED=${seed} npx vitest run --project integration worlds-on-postgres`;
    const trace = error instanceof Violation ? error.trace.slice(-linesShown).join('\n') : '';
    throw new Error(`${again}\n${String(error)}\n${trace}`, { cause: error });
  } finally {
    await test.drop();
  }
}

describe('calls through engine, workflows, PostgreSQL and phone network, with crashes and faults', () => {
  const worlds: World[] = [];
  const seeds = Array.from({ length: count }, (_, index) => first + index);

  it.each(seeds)('keep the invariants in world %i', async (seed) => {
    worlds.push(await runWorld(seed));
  });

  it.runIf(count >= 20)(
    'meet crashes, lose moves that were kept and moves that were not, and see pilots pause',
    () => {
      const sum = (of: (world: World) => number): number =>
        worlds.reduce((total, world) => total + of(world), 0);
      expect(sum(({ crashes }) => crashes)).toBeGreaterThan(count);
      expect(sum(({ lost }) => lost.before)).toBeGreaterThan(count / 2);
      expect(sum(({ lost }) => lost.after)).toBeGreaterThan(count / 2);
      expect(sum(({ pilots }) => pilots)).toBeGreaterThan(count / 5);
    },
  );

  it.runIf(count >= 20)('forget persons, through crashes, while they talk, and who are called again', () => {
    const sum = (of: (erasures: ErasureTally) => number): number =>
      worlds.reduce((total, { erasures }) => total + of(erasures), 0);
    expect(sum(({ done }) => done)).toBeGreaterThan(2 * count);
    expect(sum(({ metCrash }) => metCrash)).toBeGreaterThan(count / 2);
    expect(sum(({ onTheLine }) => onTheLine)).toBeGreaterThan(count / 4);
    expect(sum(({ calledAnew }) => calledAnew)).toBeGreaterThan(count / 2);
    expect(sum(({ severalCalls }) => severalCalls)).toBeGreaterThan(count / 4);
    expect(sum(({ ofCampaign }) => ofCampaign)).toBeGreaterThan(count / 4);
    expect(sum(({ ofNobody }) => ofNobody)).toBeGreaterThan(count / 4);
    expect(sum(({ retrying }) => retrying)).toBeGreaterThan(0);
    expect(sum(({ optedOut }) => optedOut)).toBeGreaterThan(0);
  });

  it.each(seeds.slice(0, 3))('happen in the same way when world %i is played again', async (seed) => {
    const before = worlds[seeds.indexOf(seed)];
    expect((await runWorld(seed)).digest).toBe(before?.digest);
  });
});
