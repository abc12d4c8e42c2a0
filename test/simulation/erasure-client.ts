import { assert } from '../../src/lib/assert.ts';
import { wait } from '../../src/lib/wait.ts';
import type { ErasureWitness } from './erasure-witness.ts';
import { ask, type ClientWorld } from './simulated-client.ts';
import type { PlannedErasure } from './world-plan.ts';

export interface ErasureWorld extends ClientWorld {
  erasures: ErasureWitness;
}

/** Somebody in an office who asks that a person be forgotten, again and again until it is on record; perhaps twice. */
export async function playErasure(world: ErasureWorld, planned: PlannedErasure): Promise<void> {
  await wait(world.clock, planned.at);
  const repeats = planned.repeatsAfterMs.map(async (afterMs) => {
    await wait(world.clock, afterMs);
    await requestSurely(world, planned.to);
  });
  await requestSurely(world, planned.to);
  await Promise.all(repeats);
}

async function requestSurely({ erasures, ...world }: ErasureWorld, to: string): Promise<void> {
  erasures.asking();
  const { id } = await ask(world, (gateway) => {
    assert(gateway.erasures, 'a world with erasures has processes that know of them');
    return gateway.erasures.request(to);
  });
  world.note(`client has ${id} on record`);
  erasures.answered(id);
}
