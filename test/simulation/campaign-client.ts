import type { Campaign } from '../../src/domain/campaigns/campaign.ts';
import type { CampaignId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import { wait } from '../../src/lib/wait.ts';
import type { SimulatedCampaigns } from '../support/simulated-campaigns.ts';
import type { CampaignAction, MovedCampaign } from '../../src/workflows/campaign-use-cases.ts';
import type { PilotWitness } from './pilot-witness.ts';
import { ask, playClient, type Asked, type ClientWorld } from './simulated-client.ts';
import type { PlannedCampaign, PlannedCall } from './world-plan.ts';

export interface CampaignWorld extends ClientWorld {
  pilots: PilotWitness;
  /** How long to wait between two looks where usually that is a while. */
  pauseMs: (usualMs: number) => number;
}

const lookEveryMs = 2_000;

/**
 * An orchestrator with a campaign: it adds the first calls, starts it with a pilot, adds the others while that runs, looks until the campaign has paused
 * by itself, releases and closes it, and waits for its end. Each request is made again until it is answered.
 */
export async function playCampaign(world: CampaignWorld, planned: PlannedCampaign): Promise<void> {
  await wait(world.clock, planned.at);
  const id = await ask(world, (gateway) => campaignsOf(gateway).create(planned.request));
  const client = new CampaignClient(world, id);
  await client.add(planned.calls.slice(0, planned.addedBefore));
  world.pilots.starting(id, planned.pilot);
  await client.move({ action: 'start', pilot: planned.pilot });
  await client.add(planned.calls.slice(planned.addedBefore));
  if (planned.isClosedEarly) await client.move({ action: 'close' });
  const after = await client.until(
    ({ state }, isOpen) => state.status !== 'running' || (!isOpen && !planned.isClosedEarly),
  );
  await wait(world.clock, planned.releaseAfterMs);
  world.pilots.releasing(id);
  if (after.state.status === 'paused') await client.move({ action: 'resume' });
  await client.move({ action: 'close' });
  await client.until(({ state }) => state.status === 'ended');
}

class CampaignClient {
  readonly #world: CampaignWorld;
  readonly #id: CampaignId;

  constructor(world: CampaignWorld, id: CampaignId) {
    this.#world = world;
    this.#id = id;
  }

  async add(calls: readonly PlannedCall[]): Promise<void> {
    const within = calls.map(({ body, ...call }) => ({ ...call, body: { ...body, campaign_id: this.#id } }));
    await Promise.all(within.map((call) => playClient(this.#world, call)));
  }

  async move(action: CampaignAction): Promise<MovedCampaign> {
    let asked = 0;
    const moved = await ask(this.#world, (gateway) => {
      asked += 1;
      return campaignsOf(gateway).move(this.#id, action);
    });
    this.#world.note(`client has ${this.#id} ${action.action}: ${moved.result}`);
    // who was not answered asks again, and what they asked for may have gone by: a pilot has paused; and a closed campaign ends with its last call
    const mayBeRefused = asked > 1 || !this.#world.pilots.hasOpenCalls(this.#id);
    if (moved.result === 'not_found' || (moved.result === 'refused' && !mayBeRefused))
      this.#world.report(`${this.#id} would not ${action.action}: ${JSON.stringify(moved)}`);
    return moved;
  }

  /** Looks again and again. */
  async until(isSo: (campaign: Campaign, isOpen: boolean) => boolean): Promise<Campaign> {
    for (;;) {
      const campaign = await ask(this.#world, (gateway) => campaignsOf(gateway).get(this.#id));
      if (campaign === null) this.#world.report(`${this.#id} was created, and is not there`);
      if (campaign) this.#world.pilots.seen(campaign);
      if (campaign && isSo(campaign, this.#world.pilots.hasOpenCalls(this.#id))) return campaign;
      await wait(this.#world.clock, this.#world.pauseMs(lookEveryMs));
    }
  }
}

function campaignsOf({ campaigns }: Asked): SimulatedCampaigns {
  assert(campaigns, 'a world with a campaign has processes that know of campaigns');
  return campaigns;
}
