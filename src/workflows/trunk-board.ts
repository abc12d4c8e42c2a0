import type { Trunk } from '../domain/calls/trunk.ts';
import { breakerStateAt } from '../domain/trunks/trunk-breaker.ts';
import { paceFactor } from '../domain/trunks/trunk-pace.ts';
import { downUntil, sightingKeptMs } from '../domain/trunks/trunk-sightings.ts';
import { healthOf, newTrunkState, type TrunkState } from '../domain/trunks/trunk-state.ts';
import { fractionOf } from '../lib/fraction-of.ts';
import type { Log } from '../lib/log.ts';
import type { Ways } from './ways.ts';
import { changeTrunk, type ChangeTrunkDependencies } from './change-trunk.ts';

export interface TrunkBoardDependencies extends ChangeTrunkDependencies {
  trunks: readonly Trunk[];
  /** Names of all Asterisks. */
  asterisks: readonly string[];
  log: Log;
  /** Another way may be open, or closed, than before. */
  onChanged: () => void;
}

/** How a trunk is. */
export interface ToldTrunk {
  name: string;
  up: boolean;
  reason: string | null;
  drained: boolean;
  paceFactor: number;
}

/** What is to be known of trunks over which nobody is dialled; null where there is nothing. */
export function describeTrunks(trunks: readonly ToldTrunk[]): string | null {
  const news = trunks.flatMap(({ name, up, reason, drained }) => {
    if (drained) return [`${name} is drained`];
    return up ? [] : [`${name} is down: ${reason ?? ''}`];
  });
  return news.length === 0 ? null : news.join('; ');
}

/**
 * One in so many calls waits for a trunk that is probed although another one would carry it: without them nobody would find out that it works
 * again. They follow from the call, so the same calls wait until the probe has come out.
 */
const probingShare = 1 / 4;

/**
 * The trunks' states as this gateway knows them, at most half a second old, or two seconds where nobody else changes them: for choosing a way, which must
 * not cost a look at the database for each call. Whether a call really leaves is decided by the claim, on the states as they are then.
 */
export class TrunkBoard {
  readonly #deps: TrunkBoardDependencies;
  #states: ReadonlyMap<string, TrunkState> = new Map();
  #ways = '';
  /** Counts the changes of what is open. */
  version = 0;

  constructor(deps: TrunkBoardDependencies) {
    this.#deps = deps;
  }

  /** Reads the states; what has become otherwise by the passing of time alone is reported here. */
  async look(): Promise<void> {
    this.#states = await this.#deps.trunkStore.states();
    for (const { name } of this.#deps.trunks) {
      const state = this.stateOf(name);
      if (healthOf(state, this.#deps.clock.now()).up !== state.reportedUp)
        await this.change(name, (now) => now);
    }
    this.#compare();
  }

  async change(name: string, change: (state: TrunkState) => TrunkState): Promise<TrunkState> {
    const before = this.stateOf(name);
    const state = await changeTrunk(this.#deps, name, change);
    this.#states = new Map([...this.#states, [name, state]]);
    if (before.reportedUp !== state.reportedUp) this.#log(state);
    this.#compare();
    return state;
  }

  stateOf(name: string): TrunkState {
    return this.#states.get(name) ?? newTrunkState(name);
  }

  /** Of each trunk of the file, for readiness and metrics. */
  tell(): ToldTrunk[] {
    const now = this.#deps.clock.now();
    return this.#deps.trunks.map(({ name }) => {
      const state = this.stateOf(name);
      return {
        name,
        ...healthOf(state, now),
        drained: state.drainedAt !== null,
        paceFactor: paceFactor(state.pace, now),
      };
    });
  }

  /** The ways of whoever dials with this Asterisk: a trunk that it does not reach itself is shut to it. */
  readonly waysOf = (asterisk: string): Ways => {
    const version = (): number => this.version;
    return {
      get version() {
        return version();
      },
      isOpen: (name, seed) => !this.#isDownAt(asterisk, this.stateOf(name)) && this.isOpen(name, seed),
    };
  };

  /** Whether it can be dialled over now, by whichever Asterisk. @param seed of the call and its attempt */
  isOpen(name: string, seed: string): boolean {
    const way = this.#wayOf(this.stateOf(name));
    return way === 'open' || (way === 'probing' && fractionOf(`${seed} probes ${name}`) < probingShare);
  }

  #wayOf(state: TrunkState): 'open' | 'shut' | 'probing' {
    const now = this.#deps.clock.now();
    if (state.drainedAt !== null || downUntil(state.sightings, now) !== null) return 'shut';
    const breaker = breakerStateAt(state.breaker, now);
    return breaker === 'closed' ? 'shut' : breaker;
  }

  #isDownAt(asterisk: string, { sightings }: TrunkState): boolean {
    const own = sightings[asterisk];
    return own !== undefined && !own.up && this.#deps.clock.now() - own.seenAt < sightingKeptMs;
  }

  #compare(): void {
    const ways = this.#deps.trunks
      .map(({ name }) => this.stateOf(name))
      .map((state) => [
        this.#wayOf(state),
        ...this.#deps.asterisks.map((each) => this.#isDownAt(each, state)),
      ])
      .join();
    if (ways === this.#ways) return;
    this.#ways = ways;
    this.version += 1;
    this.#deps.onChanged();
  }

  #log(state: TrunkState): void {
    const { log, clock } = this.#deps;
    const { up, reason } = healthOf(state, clock.now());
    if (up) log.info({ trunk: state.name }, 'a trunk is up again');
    else log.warn({ trunk: state.name, reason }, 'a trunk is down: nothing is dialled over it');
  }
}
