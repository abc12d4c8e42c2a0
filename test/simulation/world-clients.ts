import type { CallId } from '../../src/domain/ids.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { playCampaign, type CampaignWorld } from './campaign-client.ts';
import { playErasure, type ErasureWorld } from './erasure-client.ts';
import { playClient, type Asked } from './simulated-client.ts';
import type { WorldPlan } from './world-plan.ts';
import type { WorldWitnesses } from './world-witnesses.ts';

interface AskedWorld {
  clock: Clock;
  witnesses: WorldWitnesses;
  /** The process that takes requests now; null while none does. */
  gateway: () => Asked | null;
  pauseMs: (usualMs: number) => number;
  note: (line: string) => void;
  report: (violation: string) => void;
}

/** All who ask a world's gateway for something. */
export class WorldClients {
  readonly #world: AskedWorld;
  #left = 0;

  constructor(world: AskedWorld) {
    this.#world = world;
  }

  /** Who has not got all their answers. */
  get left(): number {
    return this.#left;
  }

  begin({ calls, campaigns, erasures }: WorldPlan): void {
    for (const call of calls) this.#start((world) => playClient(world, call));
    for (const campaign of campaigns) this.#start((world) => playCampaign(world, campaign));
    for (const erasure of erasures) this.#start((world) => playErasure(world, erasure));
  }

  #start(play: (world: CampaignWorld & ErasureWorld) => Promise<void>): void {
    this.#left += 1;
    const { witnesses, ...world } = this.#world;
    const { calls, phones, pilots, erasures } = witnesses;
    const { report } = world;
    const accepted = (id: CallId): void => {
      if (!calls.calls.has(id)) report(`${id} was accepted, and is not on record`);
    };
    play({ ...world, pilots, erasures, accepted, cancelled: (id) => phones.cancelled(id) }).then(
      () => (this.#left -= 1),
      (error: unknown) => report(String(error)),
    );
  }
}
