import { endWithoutAttempt, postpone } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { CallId } from '../domain/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Ledger } from '../db/ledger.ts';
import { PromptUnavailable } from '../speech/speech-fault.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { CallRenditions } from './call-renditions.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import { chooseRoute, findRoute, NoWayOut, type Route } from './find-route.ts';
import { prepareCall } from './prepare-call.ts';
import type { PreparedCall } from './prepared-call.ts';
import { allWaysOpen, type Ways } from './ways.ts';

/** A due call with all that dialling it needs: where to, over which trunk, and every word on disk. */
export interface DialPlan extends Route {
  call: Call;
  prepared: PreparedCall;
  preparedAt: number;
}

export interface DuePreparationDependencies extends CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call' | 'numberOf'>;
  trunks: readonly Trunk[];
  words: BuiltInWords;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  renditionsFor: (codec: Trunk['codec']) => CallRenditions;
  log: Log;
  /** Which trunks are open; left out: all. */
  ways?: Ways;
  /** Something became ready to dial. */
  onReady: () => void;
}

/** How often a call is tried whose words cannot be made: where that lies in the words, or in voices that may be back. */
const mostTries = { words: 5, voice: 30, machine: Infinity };
/** How long it waits in between: twice as long each time, up to the longest. */
const firstWaitMs = 15_000;
const longestWaitMs = 5 * 60_000;
/** After this a count of failures is of the past: the call was not due again, or is somebody else's. */
const failuresKeptMs = 3 * longestWaitMs;
/** Words are made for so many seconds of a trunk's pace, and at least for so many calls: a few ahead of the dialler, and no more. */
const aheadSeconds = 5;
const leastAhead = 16;
/** After this a call that still waits is made ready anew: a better voice may be back. */
const freshForMs = 60_000;
/** Past this its sounds may be gone (`rendition-store.ts`). */
const usableForMs = 10 * 60_000;

/**
 * Makes due calls ready, beside the dialler and never in its way: a call whose prompts take long, or cannot be made, keeps nobody else
 * waiting. Holds what is ready until it is taken.
 *
 * First the way of every call is found, which tells whose backlog it is; then words are made, for the first calls of each trunk alone.
 */
export class DuePreparation {
  readonly #deps: DuePreparationDependencies;
  readonly #stopping = new AbortController();
  readonly #routes = new Map<CallId, Route>();
  readonly #ready = new Map<CallId, DialPlan>();
  readonly #underWay = new Map<CallId, Promise<void>>();
  readonly #failures = new Map<CallId, { count: number; at: number }>();
  /** Calls of this pass that words are made for, by trunk. */
  #ahead = new Map<string, number>();
  /** Where the dialler's next search for calls of idle trunks goes on; undefined: behind the first page. */
  searchAfter: Call | undefined = undefined;
  /** How far ahead of a claim its first instant lies; see `nextClaimLeadMs`. */
  claimLeadMs = 0;

  constructor(deps: DuePreparationDependencies) {
    this.#deps = deps;
  }

  /** Begins with what is not ready, and gives what is ready by now. To be given the calls of a pass in the order in which they are due. */
  prepare(due: readonly Call[]): DialPlan[] {
    for (const call of due) this.#begin(call);
    const usableSince = this.#deps.clock.now() - usableForMs;
    return due
      .flatMap((call) => this.#ready.get(call.id) ?? [])
      .filter((plan) => plan.preparedAt > usableSince);
  }

  /** Whether all these calls go over one of the trunks. */
  areAllOf(calls: readonly Call[], trunks: ReadonlySet<string>): boolean {
    return calls.every((call) => trunks.has(this.#routes.get(call.id)?.trunk.name ?? ''));
  }

  /** The end of a pass: forgets what is ready and was not among the calls that it looked at. */
  keepOnly(seen: readonly Call[]): void {
    this.#ahead = new Map();
    const wanted = new Set(seen.map((call) => call.id));
    for (const id of this.#ready.keys()) if (!wanted.has(id)) this.#ready.delete(id);
    for (const id of this.#routes.keys()) if (!wanted.has(id)) this.#routes.delete(id);
    const countsSince = this.#deps.clock.now() - failuresKeptMs;
    for (const [id, { at }] of this.#failures) if (at < countsSince) this.#failures.delete(id);
  }

  /** The call was claimed. */
  forget(id: CallId): void {
    this.#ready.delete(id);
    this.#routes.delete(id);
    this.#failures.delete(id);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  #begin(call: Call): void {
    if (this.#stopping.signal.aborted) return;
    const route = this.#routeOf(call);
    const isAhead = route !== undefined && this.#takePlace(route.trunk);
    if (this.#underWay.has(call.id) || (route !== undefined && !isAhead) || this.#isFresh(call)) return;
    const work = this.#prepareOne(call, route).finally(() => this.#underWay.delete(call.id));
    this.#underWay.set(call.id, work);
  }

  #isFresh(call: Call): boolean {
    const plan = this.#ready.get(call.id);
    return plan?.attempts === call.attempts.length && this.#deps.clock.now() - plan.preparedAt < freshForMs;
  }

  /**
   * Undefined where it is to be found anew: an attempt that another process made may have failed on this way. Chosen anew where other trunks are
   * open than then.
   */
  #routeOf(call: Call): Route | undefined {
    const found = this.#routes.get(call.id);
    const { ways = allWaysOpen } = this.#deps;
    if (found?.attempts !== call.attempts.length) return undefined;
    if (found.waysVersion === ways.version) return found;
    const anew = chooseRoute(this.#deps, call, found.number);
    if (anew.trunk !== found.trunk) this.#ready.delete(call.id);
    this.#routes.set(call.id, anew);
    return anew;
  }

  #takePlace(trunk: Trunk): boolean {
    const taken = this.#ahead.get(trunk.name) ?? 0;
    this.#ahead.set(trunk.name, taken + 1);
    return taken < Math.max(leastAhead, trunk.callsPerSecond * aheadSeconds);
  }

  async #prepareOne(call: Call, known: Route | undefined): Promise<void> {
    try {
      const route = known ?? (await this.#findRoute(call));
      if (known === undefined && !this.#takePlace(route.trunk)) return;
      const prepared = await this.#renderFor(call, route);
      // another way was chosen meanwhile: made ready anew, by the next pass
      if (this.#routes.get(call.id)?.trunk !== route.trunk) return;
      this.#ready.set(call.id, { ...route, call, prepared, preparedAt: this.#deps.clock.now() });
      this.#failures.delete(call.id);
      this.#deps.onReady();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      await this.#failed(call, error).catch((fault: unknown) => {
        this.#deps.log.error(
          { err: fault, call: call.id },
          'a call that could not be prepared could not be put off either',
        );
      });
    }
  }

  async #findRoute(call: Call): Promise<Route> {
    const route = await findRoute(this.#deps, call);
    this.#routes.set(call.id, route);
    return route;
  }

  async #renderFor(call: Call, { trunk }: Route): Promise<PreparedCall> {
    const flow = await this.#deps.flowOf(call.flow);
    const renditions = this.#deps.renditionsFor(trunk.codec);
    const { words } = this.#deps;
    return prepareCall({ renditions, words }, { call, flow, signal: this.#stopping.signal });
  }

  async #failed(call: Call, error: unknown): Promise<void> {
    const { clock, log } = this.#deps;
    const at = clock.now();
    const failures = (this.#failures.get(call.id)?.count ?? 0) + 1;
    this.#failures.set(call.id, { count: failures, at });
    log.warn({ err: error, call: call.id, failures }, 'a call could not be prepared');
    if (!isGivenUp(error, failures)) {
      const waitMs = Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs);
      await commitMove(this.#deps, call, (now) => postpone(now, at + waitMs));
      return;
    }
    this.#failures.delete(call.id);
    const problem = { code: 'prompt_unavailable', detail: error.message } as const;
    await commitMove(this.#deps, call, (now) =>
      endWithoutAttempt(now, {
        at,
        outcome: 'trunk_failure',
        blockedBy: null,
        problem: error instanceof PromptUnavailable ? problem : null,
      }),
    );
  }
}

/** Whether trying again is of no use any more. What this machine alone is to blame for, such as a full disk, ends nobody's call. */
function isGivenUp(error: unknown, failures: number): error is PromptUnavailable | NoWayOut {
  if (error instanceof NoWayOut) return failures >= mostTries.words;
  return error instanceof PromptUnavailable && failures >= mostTries[error.faultySide];
}
