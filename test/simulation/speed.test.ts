import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { noFaults, type WorldPlan } from './world-plan.ts';

const words = await loadBuiltInWords(fileURLToPath(new URL('../../prompts', import.meta.url)));
const callCount = 3_000;
const callsPerSecond = 50;

/** A quiz of three questions for each of many persons, answered to its end, with no faults. */
const plan: WorldPlan = {
  startsAt: Date.parse('2026-03-02T12:00:00+05:30'),
  trunks: [{ ...simulatorTrunk, channels: 1_000, callsPerSecond }],
  trunkFaults: [],
  frequencyCap: null,
  campaigns: [],
  erasures: [],
  calls: Array.from({ length: callCount }, (_, index) => ({
    at: (index * 1_000) / callsPerSecond,
    key: `key-${index}`,
    body: {
      to: `+91900000${String(1_000 + index).padStart(4, '0')}`,
      flow: 'quiz',
      variables: { name: 'Asha' },
      retry: { max_attempts: 1 },
    },
    repeatsAfterMs: [],
    cancel: null,
  })),
  ...{ deafSpells: [], outages: [], networkDeaths: [], restarts: [], strayLegs: [], rates: noFaults },
  ...{ takeUpEveryMs: 5_000, replies: [], answersMayChange: false },
};

/** Three seconds of work on a machine that has time for it; nobody else's work is to fail it. */
const patienceMs = 240_000;

it(
  'whole calls run on the virtual clock, each dialled once, and how many in a second of wall time is printed',
  { timeout: patienceMs },
  async () => {
    const startedAt = performance.now();
    const { calls, invites } = await new SimulatedWorld(plan, new SeededRandom(1), { words }).run();
    const seconds = (performance.now() - startedAt) / 1_000;
    console.log(
      `${callCount} calls in ${seconds.toFixed(1)} s: ${Math.round(callCount / seconds)} whole calls a second`,
    );
    expect([calls.size, invites]).toEqual([callCount, callCount]);
  },
);
