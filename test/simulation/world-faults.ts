import type { SeededRandom } from '../support/seeded-random.ts';
import type { SimulatedGateway } from '../support/simulated-gateway.ts';
import type { SimulatedWeather } from './simulated-weather.ts';
import { strayDial } from './stray-dial.ts';
import type { WatchedNetwork } from './watched-network.ts';
import type { WorldPlan } from './world-plan.ts';

export interface FaultyWorld {
  plan: WorldPlan;
  random: SeededRandom;
  weather: SimulatedWeather;
  network: () => WatchedNetwork;
  now: () => number;
  /** The process that runs; null where none does. */
  gateway: () => SimulatedGateway | null;
  /** Whether that takes requests, and calls up. */
  isTaking: () => boolean;
  later: (delayMs: number, action: () => void) => void;
  restart: () => void;
  /** Nobody can stop any more what is being said. */
  onVoiceLost: () => void;
  /** What the gateway is able to do is not what it was. */
  onAbility: () => void;
  note: (line: string) => void;
}

/** What goes wrong at instants that were drawn before a world began, and connections that are lost at any. */
export class WorldFaults {
  readonly #world: FaultyWorld;

  constructor(world: FaultyWorld) {
    this.#world = world;
  }

  begin(): void {
    const { plan, later, network, restart } = this.#world;
    for (const { at, lastsMs } of plan.deafSpells) later(at, () => this.loseConnection(lastsMs));
    for (const { at, lastsMs } of plan.outages) {
      later(at, () => this.#setOutage(true));
      later(at + lastsMs, () => this.#setOutage(false));
    }
    for (const at of plan.networkDeaths) later(at, () => void this.#killNetwork());
    for (const at of plan.strayLegs) later(at, () => void network().dial(strayDial(at)));
    for (const at of plan.restarts) later(at, restart);
  }

  loseConnection(lastsMs: number = this.#world.random.integer(20, 8_000)): void {
    const { gateway, isTaking, later, note, onAbility, onVoiceLost } = this.#world;
    const telephony = gateway()?.telephony;
    if (!telephony?.connected) return;
    note('the connection is lost');
    telephony.loseConnection();
    onVoiceLost();
    onAbility();
    later(lastsMs, () => {
      if (!isTaking()) return; // who is ending takes nothing up any more: the next process does
      note('the connection is back');
      telephony.restoreConnection();
      onAbility();
    });
  }

  /** How whatever is dialled over this endpoint fails now; null where it does not. */
  ofTrunk(endpoint: string): string | null {
    const { plan, now } = this.#world;
    const atMs = now() - plan.startsAt;
    const isMet = ({ trunk, at, lastsMs }: WorldPlan['trunkFaults'][number]): boolean =>
      endpoint.endsWith(`@${trunk}`) && atMs >= at && atMs < at + lastsMs;
    return plan.trunkFaults.find(isMet)?.behaviour ?? null;
  }

  #setOutage(away: boolean): void {
    const { weather, note, onAbility } = this.#world;
    note(`the database is ${away ? 'away' : 'back'}`);
    weather.outage = away;
    onAbility();
  }

  async #killNetwork(): Promise<void> {
    const { network, note } = this.#world;
    this.loseConnection(3_000);
    note('the phone network dies');
    for (const { leg } of await network().legs()) await network().hangUp(leg);
  }
}
