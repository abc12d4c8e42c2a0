import type { Pool, PoolClient } from 'pg';
import type { Call } from '../domain/calls/call.ts';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { CallId } from '../domain/ids.ts';
import { assert } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import { wait } from '../lib/wait.ts';
import { handingOver, type HandsOver, type MadeDelivery } from './hand-over.ts';
import { LedgerUnavailable, type Transition } from './ledger.ts';
import { daysOf, moveRowOf, partsOf, type StoredParts } from './move-rows.ts';
import { moveCalls } from './move-statements.ts';
import type { EventDays } from './partitions.ts';
import { pilotPlaceOf, placesOf } from './pilot-places.ts';
import { isRefusal, runQuery, sqlState, withClient } from './run-query.ts';

type CommitResult = 'committed' | 'lost_race';

export interface MoveWriterDependencies {
  pool: Pool;
  days: EventDays;
  stored: StoredParts;
  handsOver: HandsOver;
  /** The call was committed as it is here. */
  onKept: (call: Call) => void;
}

interface Waiting {
  transition: Transition;
  resolve: (result: CommitResult) => void;
  reject: (error: unknown) => void;
}

/** So many moves fill a statement; more would make the first of them wait for the last. */
const largestBatch = 64;
/**
 * What a person hears does not wait for it, since a prompt begins while its move is committed; a second key within this time would, and nobody
 * presses two so fast. It is enough that a gateway with 20 calls a second writes a dozen moves at a time, which cost half of what
 * they would one by one (ADR 6).
 */
const groupEveryMs = 100;

/**
 * Commits moves in groups: those that wait while a statement runs go together in the next one, so that the cost of a commit is shared when
 * there is much to do, and nobody waits when there is not.
 *
 * - One statement runs at a time, and two begin at least `groupEveryMs` apart; a lone move goes at once. It has at most one move of a call; a second one waits for the next statement.
 * - Each move wins or loses by itself. When the server refuses a group for what one of its moves brought, each is tried alone.
 * - When the database cannot be reached, all of a group hear so, and nobody behind them is held up.
 */
export class MoveWriter {
  readonly #deps: MoveWriterDependencies & { groupClock: Clock };
  #waiting: Waiting[] = [];
  #running = false;
  #nextGroupAt = 0;

  /** @param deps.groupClock keeps groups apart: one that never goes back, since they would wait as long */
  constructor(deps: MoveWriterDependencies & { groupClock: Clock }) {
    this.#deps = deps;
  }

  commit(transition: Transition): Promise<CommitResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ transition, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const { groupClock } = this.#deps;
      const earlyMs = this.#nextGroupAt - groupClock.now();
      if (earlyMs > 0 && this.#waiting.length < largestBatch) await wait(groupClock, earlyMs);
      this.#nextGroupAt = groupClock.now() + groupEveryMs;
      await this.#writeGroup(this.#takeGroup());
    }
    this.#running = false;
  }

  #takeGroup(): Waiting[] {
    const group = new Map<CallId, Waiting>();
    this.#waiting = this.#waiting.filter((each) => {
      if (group.size >= largestBatch || group.has(each.transition.call.id)) return true;
      group.set(each.transition.call.id, each);
      return false;
    });
    return [...group.values()];
  }

  async #writeGroup(group: Waiting[]): Promise<void> {
    try {
      const committed = await this.#write(group.map((each) => each.transition));
      for (const { transition, resolve } of group)
        resolve(committed.has(transition.call.id) ? 'committed' : 'lost_race');
    } catch (error) {
      if (error instanceof LedgerUnavailable || group.length === 1)
        for (const each of group) settleRefused(each, error);
      else for (const each of group) await this.#writeGroup([each]);
    }
  }

  async #write(transitions: Transition[]): Promise<Set<CallId>> {
    await this.#deps.days.ensure(daysOf(transitions));
    const handing = handingOver(this.#deps.handsOver);
    const { moved, deliveries } = await withClient(this.#deps.pool, (client) =>
      writeMoves(client, [
        ...moveValuesOf(transitions, this.#deps.stored, (each) => ({ pilot_place: pilotPlaceOf(each) })),
        ...[handing.parameter, placesOf(transitions)],
      ]),
    );
    const committed = new Set(moved);
    for (const { call } of transitions) if (committed.has(call.id)) this.#deps.onKept(call);
    handing.made(deliveries, eventsOf(transitions));
    return committed;
  }
}

/** Somebody else's call has this person on the phone: to the caller the same as having been overtaken. */
function settleRefused({ resolve, reject }: Waiting, error: unknown): void {
  if (isRefusal(error, sqlState.uniqueViolation, 'attempts_one_live_per_person')) resolve('lost_race');
  else reject(error instanceof Error ? error : new Error(String(error)));
}

/** The row of a statement that moves calls: those that won, and the deliveries that it made. */
export interface MovedRow {
  moved: CallId[];
  deliveries: MadeDelivery[] | null;
}

/** Runs the statement on moves of different calls. Their parts are on record when the transaction is committed. */
async function writeMoves(client: PoolClient, values: unknown[]): Promise<MovedRow> {
  const [row] = await runQuery<MovedRow>(client, { name: 'move_calls', text: moveCalls, values });
  assert(row, 'the statement returns one row');
  return row;
}

export function eventsOf(transitions: readonly Transition[]): StoredEvent[] {
  return transitions.flatMap(({ events }) => events);
}

/** The first four parameters of a statement that moves calls. @param besides more columns for the row of a call */
export function moveValuesOf(
  transitions: readonly Transition[],
  stored: StoredParts,
  besides: (transition: Transition) => object = () => ({}),
): string[] {
  // Every statement updates calls in the order of their ids (the planner joins them one by one): no deadlock between two.
  const sorted = transitions.toSorted((a, b) => (a.call.id < b.call.id ? -1 : 1));
  const rows = sorted.map((transition) => ({ ...moveRowOf(transition), ...besides(transition) }));
  return [JSON.stringify(rows), ...partsOf(sorted, stored)];
}
