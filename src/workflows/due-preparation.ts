import { endWithoutAttempt, postpone } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import { chooseTrunk } from '../domain/calls/choose-trunk.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { CallId } from '../domain/ids.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { assert } from '../lib/assert.ts';
import type { Log } from '../lib/log.ts';
import type { Ledger } from '../db/ledger.ts';
import type { RenditionCache } from '../speech/rendition-cache.ts';
import { PromptUnavailable } from '../speech/speech-fault.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import { prepareCall } from './prepare-call.ts';
import type { PreparedCall } from './prepared-call.ts';

/** A due call with all that dialling it needs: where to, over which trunk, and every word on disk. */
export interface DialPlan {
  call: Call;
  number: PhoneNumber;
  trunk: Trunk;
  callerId: string | null;
  prepared: PreparedCall;
}

export interface DuePreparationDependencies extends CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call' | 'numberOf'>;
  trunks: readonly Trunk[];
  words: BuiltInWords;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  renditionsFor: (codec: Trunk['codec']) => Pick<RenditionCache, 'renderAll'>;
  log: Log;
  /** Something became ready to dial. */
  onReady: () => void;
}

/** How often the rendering of a call is tried before the call ends by name, and how long it waits in between. */
const mostTries = 5;
const waitAfterFailureMs = 15_000;

/**
 * Makes due calls ready, beside the dialler and never in its way: a call whose prompts take long, or cannot be made, keeps nobody else
 * waiting. Holds what is ready until it is taken; bounded, because the dialler looks at a few pages of due calls in a pass.
 */
export class DuePreparation {
  readonly #deps: DuePreparationDependencies;
  readonly #stopping = new AbortController();
  readonly #ready = new Map<CallId, DialPlan>();
  readonly #underWay = new Map<CallId, Promise<void>>();
  readonly #failures = new Map<CallId, number>();
  /** Where the dialler's next search for calls of idle trunks goes on; undefined: behind the first page. */
  searchAfter: Call | undefined = undefined;

  constructor(deps: DuePreparationDependencies) {
    this.#deps = deps;
  }

  /** Begins with what is not ready, and gives what is ready by now. */
  prepare(due: readonly Call[]): DialPlan[] {
    for (const call of due) {
      if (this.#ready.has(call.id) || this.#underWay.has(call.id) || this.#stopping.signal.aborted) continue;
      const work = this.#prepareOne(call).finally(() => this.#underWay.delete(call.id));
      this.#underWay.set(call.id, work);
    }
    return due.flatMap((call) => this.#ready.get(call.id) ?? []);
  }

  /** Forgets what is ready and was not among the calls that a pass looked at. */
  keepOnly(seen: readonly Call[]): void {
    const wanted = new Set(seen.map((call) => call.id));
    for (const id of this.#ready.keys()) if (!wanted.has(id)) this.#ready.delete(id);
  }

  /** The call was claimed. */
  forget(id: CallId): void {
    this.#ready.delete(id);
    this.#failures.delete(id);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  async #prepareOne(call: Call): Promise<void> {
    try {
      this.#ready.set(call.id, await planOf(this.#deps, call, this.#stopping.signal));
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

  async #failed(call: Call, error: unknown): Promise<void> {
    const { clock, log } = this.#deps;
    const failures = (this.#failures.get(call.id) ?? 0) + 1;
    this.#failures.set(call.id, failures);
    log.warn({ err: error, call: call.id, failures }, 'a call could not be prepared');
    const at = clock.now();
    if (failures < mostTries || !liesInTheCall(error)) {
      await commitMove(this.#deps, call, (now) => postpone(now, at + waitAfterFailureMs));
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

/** Whether trying again later cannot help; a fault of this machine may be mended while the call waits. */
function liesInTheCall(error: unknown): error is PromptUnavailable | NoWayOut {
  return error instanceof NoWayOut || (error instanceof PromptUnavailable && !error.isMachineFault);
}

/** No trunk serves the call any more, though one did when it was accepted. */
class NoWayOut extends Error {
  override readonly name = 'NoWayOut';
}

async function planOf(deps: DuePreparationDependencies, call: Call, signal: AbortSignal): Promise<DialPlan> {
  const number = parsePhoneNumber((await deps.ledger.numberOf(call.person)) ?? '');
  assert(number.result === 'parsed', 'the vault has the number of every open call');
  const chosen = chooseTrunk(deps.trunks, {
    number: number.number,
    purpose: call.purpose,
    requested: { trunk: call.trunk, callerId: call.callerId },
  });
  if (chosen.result === 'none') throw new NoWayOut(`${chosen.field} ${chosen.detail}`);
  const flow = await deps.flowOf(call.flow);
  const renditions = deps.renditionsFor(chosen.trunk.codec);
  const prepared = await prepareCall({ renditions, words: deps.words }, { call, flow, signal });
  return { call, number: number.number, trunk: chosen.trunk, callerId: chosen.callerId, prepared };
}
