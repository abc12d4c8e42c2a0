import type { Attempt, Call } from '../domain/calls/call.ts';
import { trunkSignOf, type TrunkSign } from '../domain/trunks/trunk-sign.ts';
import { withSign } from '../domain/trunks/trunk-state.ts';
import type { TrunkBoard } from './trunk-board.ts';

export interface TrunkWatchDependencies {
  board: TrunkBoard;
  /** There is something to write down. */
  wake: () => void;
}

/** So many calls of a dead trunk may end at once; what is more tells nothing new. */
const mostSigns = 1_000;

/**
 * Learns from the calls of this gateway how the trunks are, and writes it down beside the calls, many signs at a time: a call's own moves do
 * not wait for it, and a trunk that is well costs nothing. What a crash loses, the next calls show again.
 */
export class TrunkWatch {
  readonly #deps: TrunkWatchDependencies;
  #signs: { trunk: string; sign: TrunkSign }[] = [];

  constructor(deps: TrunkWatchDependencies) {
    this.#deps = deps;
  }

  /** A move of a call was committed: of interest where its phone rings, and the trunk was in doubt. */
  kept(call: Call): void {
    const attempt = call.attempts.at(-1);
    if (attempt?.ended === null && call.direction === 'outgoing') this.#note(attempt);
  }

  /** To be told once of each attempt. */
  attemptEnded(call: Call): void {
    const attempt = call.attempts.at(-1);
    if (attempt !== undefined) this.#note(attempt);
  }

  /** What could not be written down is kept for the next time, before what comes meanwhile. */
  async write(): Promise<void> {
    const unwritten = Map.groupBy(this.#signs, (each) => each.trunk);
    this.#signs = [];
    try {
      for (const [trunk, signs] of unwritten) {
        await this.#deps.board.change(trunk, (state) =>
          signs.reduce((now, { sign }) => withSign(now, sign), state),
        );
        unwritten.delete(trunk);
      }
    } finally {
      this.#signs = [...unwritten.values()].flat().concat(this.#signs).slice(0, mostSigns);
    }
  }

  #note(attempt: Attempt): void {
    const { trunk } = attempt;
    const sign = trunkSignOf(attempt);
    if (sign === null || this.#signs.length >= mostSigns) return;
    if (sign.sign === 'came_through' && !this.#isInDoubt(trunk)) return;
    this.#signs.push({ trunk, sign });
    this.#deps.wake();
  }

  /** That a trunk works which nobody doubts is not worth a statement. */
  #isInDoubt(trunk: string): boolean {
    const { failures, closedUntil } = this.#deps.board.stateOf(trunk).breaker;
    return failures > 0 || closedUntil !== null || this.#signs.some((each) => each.trunk === trunk);
  }
}
