import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import { validateFlow } from '../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../src/domain/prompts/library.ts';
import { assert } from '../../src/lib/assert.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { anyFlow, anyReplies } from '../support/any-flow.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { mostSessionLetters, TalkSizes } from './talk-sizes.ts';
import { noFaults, planWorld, type PlannedCall, type WorldPlan } from './world-plan.ts';

/**
 * The same flows, handsets and faults in every run; `SEED=2 npx vitest run --project simulation any-flow` invents others, `RUNS=5000` more of them.
 */
const { SEED: chosen, RUNS: wanted } = process.env;
const seed = Number(chosen ?? 4);
const numRuns = Number(wanted ?? 200);
const words = await loadBuiltInWords(join(import.meta.dirname, '../../prompts'));
const library = libraryOf(words);

type Definition = Record<string, unknown> & { steps: { type: string }[] };

const validFlow = (anyFlow as fc.Arbitrary<Definition>).filter(
  (definition) => validateFlow(definition, library).result === 'valid',
);

const anyKeys = fc.string({
  unit: fc.constantFrom('0', '1', '2', '3', '5', '7', '8', '9'),
  minLength: 4,
  maxLength: 4,
});
const anyHandset = fc
  .tuple(fc.constantFrom('00', '00', '01', '02', '03', '04', '10', '50', '51', '51'), anyKeys)
  .map(([behaviour, keys]) => `+919000${behaviour}${keys}`);
const anyLimits = fc.record(
  {
    language: fc.constantFrom('en', 'hi'),
    max_duration: fc.constantFrom('PT1S', 'PT5S', 'PT20S', 'PT2M'),
    retry: fc.constantFrom({ max_attempts: 1 }, { max_attempts: 3, after: { partial: 'PT10S' } }),
  },
  { requiredKeys: [] },
);

const people = [
  { id: 'p1', name: 'Asha' },
  { id: 'p2', name: 'Ravi' },
];

function requestOf(flow: Definition, to: string): CallRequest {
  const asksWho = flow.steps.some(({ type }) => type === 'person');
  return { to, flow, variables: { name: 'Meena', x: 12, y: 7 }, ...(asksWho ? { people: [...people] } : {}) };
}

const anyPlanned = fc
  .record({ flow: validFlow, to: anyHandset, limits: anyLimits, at: fc.integer({ min: 0, max: 20_000 }) })
  .map(({ flow, to, limits, at }) => ({ at, body: { ...requestOf(flow, to), ...limits } }));

const anyWorld = fc
  .record({
    seed: fc.nat(),
    isFair: fc.boolean(),
    planned: fc.array(anyPlanned, { minLength: 1, maxLength: 3 }),
    replies: anyReplies,
  })
  .map((drawn) => ({ seed: drawn.seed, plan: planOf(drawn) }));

/** Trunk, faults and times as in any simulated world; the calls are invented. */
function planOf(drawn: {
  seed: number;
  isFair: boolean;
  planned: { at: number; body: CallRequest }[];
  replies: WorldPlan['replies'];
}): WorldPlan {
  const calls = drawn.planned.map(({ at, body }, index): PlannedCall => {
    return { at, key: `key-${index}`, body, repeatsAfterMs: [], cancel: null };
  });
  const plan = planWorld(new SeededRandom(drawn.seed), 0);
  const { replies, isFair } = drawn;
  const fair = { deafSpells: [], outages: [], networkDeaths: [], restarts: [], rates: noFaults };
  return { ...plan, ...(isFair ? fair : {}), calls, campaigns: [], replies, answersMayChange: true };
}

function expectPlausible(call: Call): void {
  assert(call.state.status === 'ended', 'the world came to rest');
  const { outcome } = call.state;
  if (outcome === 'completed') expect(call.progress?.completed).toBe(true);
  if (outcome === 'partial') expect(call.progress?.completed).toBe(false);
  expect(outcome === 'opted_out').toBe(call.progress?.optedOut ?? false);
}

it('flows of any shape keep the invariants, whatever is pressed, cut short or broken', async () => {
  const met = new Set<string>();
  const property = fc.asyncProperty(anyWorld, async ({ seed: worldSeed, plan }) => {
    const sizes = new TalkSizes();
    const random = new SeededRandom(worldSeed);
    const { calls } = await new SimulatedWorld(plan, random, { words, onKept: sizes.note }).run();
    for (const call of calls.values()) {
      expectPlausible(call);
      if (call.state.status === 'ended') met.add(call.state.outcome);
    }
    expect(sizes.mostSessionLetters).toBeLessThan(mostSessionLetters);
  });
  await fc.assert(property, { seed, numRuns });
  // the generator is useless if its talks all come to the same
  expect([...met]).toEqual(expect.arrayContaining(['completed', 'partial', 'opted_out']));
});
