import { pjsipEndpointOf, type Trunk } from '../domain/calls/trunk.ts';
import { dampHealth, nothingBelieved, type DampedHealth } from '../domain/trunks/damp-health.ts';
import { withSighting } from '../domain/trunks/trunk-sightings.ts';
import type { Clock } from '../lib/clock.ts';
import type { SeenEndpoints } from '../telephony/endpoint-health.ts';
import type { TrunkBoard } from './trunk-board.ts';

export interface TrunkHealthDependencies {
  board: Pick<TrunkBoard, 'change'>;
  trunks: readonly Trunk[];
  /** The name of the Asterisk that tells. */
  asterisk: string;
  clock: Clock;
  /** There is something to write down. */
  wake: () => void;
}

/** Often enough that what is on record never ends (`sightingKeptMs`) while somebody stands for it. */
const confirmEveryMs = 15_000;

interface Kept {
  damped: DampedHealth;
  seenAt: number;
  /** As it is on record; undefined: nothing is. */
  written: { up: boolean; at: number } | undefined;
}

/** What one Asterisk sees of the trunks, damped, and kept on record for all gateways: when it changes, and every 15 s as long as somebody looks. */
export class TrunkHealth {
  readonly #deps: TrunkHealthDependencies;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: TrunkHealthDependencies) {
    this.#deps = deps;
  }

  seen(seen: SeenEndpoints): void {
    const at = this.#deps.clock.now();
    for (const trunk of this.#deps.trunks) {
      const health = seen.get(pjsipEndpointOf(trunk));
      const { damped = nothingBelieved, written } = this.#kept.get(trunk.name) ?? {};
      const now = health === undefined ? nothingBelieved : dampHealth(damped, { ...health, at });
      this.#kept.set(trunk.name, { damped: now, seenAt: at, written });
    }
    this.#deps.wake();
  }

  async write(): Promise<void> {
    for (const [name, kept] of this.#kept) {
      if (!this.#isNews(kept)) continue;
      const { believed } = kept.damped;
      const at = kept.seenAt;
      const sighting = believed === null ? null : { ...believed, at };
      await this.#deps.board.change(name, (state) => ({
        ...state,
        sightings: withSighting(state.sightings, this.#deps.asterisk, sighting),
      }));
      const written = believed === null ? undefined : { up: believed.up, at };
      const now = this.#kept.get(name) ?? kept;
      this.#kept.set(name, { ...now, written });
    }
  }

  #isNews({ damped, seenAt, written }: Kept): boolean {
    if (damped.believed === null) return written !== undefined;
    if (written?.up !== damped.believed.up) return true;
    return seenAt - written.at >= confirmEveryMs;
  }
}
