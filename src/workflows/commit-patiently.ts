import type { Call } from '../domain/calls/call.ts';
import type { Move } from '../domain/calls/call-moves.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable } from '../db/ledger.ts';
import {
  commitMove,
  CommitUnsure,
  resumeCommit,
  type CommitDependencies,
  type CommitResult,
} from './commit-move.ts';
import type { Talk } from './talk.ts';

/** Who is on the line, and is to be comforted. */
export type WaitingTalk = Pick<Talk, 'hasCompany' | 'dependentSpeechMs' | 'asides' | 'sayAside' | 'hangUp'>;

const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** A hiccup shorter than this is not worth a word to the person on the line. */
const quietForMs = 1_000;
/** How long a person is asked to wait before we say goodbye. */
const comfortForMs = 30_000;
const comfortEveryMs = 5_000;
/** Time for the request that stops the words to arrive. */
const stopAheadMs = 100;

/**
 * Commits a move of a live call however long the database is away: what was not committed is not treated as given, and words that follow
 * from it are cut before their end. Whoever is on the line hears «please wait» for at most 30 s, then a goodbye; whoever talks to somebody else, once
 * they are alone. `waited` says that they heard it, so that the question is asked again.
 *
 * @throws LedgerUnavailable when `signal` aborts first: at shutdown, after which the call is taken up from what is on record
 */
export async function commitPatiently(
  deps: CommitDependencies & { signal: AbortSignal },
  call: Call,
  move: (call: Call) => Move,
  talk: WaitingTalk | null,
): Promise<{ commit: CommitResult; waited: boolean }> {
  const comfort = talk && new Comfort(deps.clock, talk);
  const holdMs = talk?.dependentSpeechMs ?? null;
  if (holdMs !== null) comfort?.speakWithin(holdMs - stopAheadMs);
  try {
    const commit = await commitMove(deps, call, move).catch((error: unknown) => {
      if (!(error instanceof LedgerUnavailable)) throw error;
      comfort?.speakWithin(quietForMs);
      return commitWhenBack(deps, { call, move, unsure: error instanceof CommitUnsure ? error : null });
    });
    return { commit, waited: comfort?.spoke ?? false };
  } finally {
    comfort?.stop();
  }
}

async function commitWhenBack(
  deps: CommitDependencies & { signal: AbortSignal },
  pending: { call: Call; move: (call: Call) => Move; unsure: CommitUnsure | null },
): Promise<CommitResult> {
  let { call, unsure } = pending;
  for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, longestRetryMs)) {
    if ((await wait(deps.clock, delayMs, deps.signal)) === 'aborted')
      throw new LedgerUnavailable('stopped while the database could not be reached');
    try {
      if (unsure && (await resumeCommit(deps, unsure.transition)) === 'committed')
        return { result: 'committed', call: unsure.transition.call };
      unsure = null;
      call = (await deps.ledger.call(call.id)) ?? call;
      return await commitMove(deps, call, pending.move);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      if (error instanceof CommitUnsure) unsure = error;
    }
  }
}

/** «Please wait», again and again, then goodbye. */
class Comfort {
  spoke = false;
  readonly #clock: Clock;
  readonly #talk: WaitingTalk;
  #startedAt: number;
  #next: { at: number; timer: Timer } | null = null;

  constructor(clock: Clock, talk: WaitingTalk) {
    this.#clock = clock;
    this.#talk = talk;
    this.#startedAt = clock.now();
  }

  /** Begins after `delayMs`, or sooner where that was asked for before. */
  speakWithin(delayMs: number): void {
    const at = this.#clock.now() + delayMs;
    if (this.spoke || (this.#next !== null && this.#next.at <= at)) return;
    this.#after(delayMs, () => this.#speak());
  }

  stop(): void {
    this.#next?.timer.cancel();
  }

  #speak(): void {
    // They are not alone, and have not waited for anything yet.
    if (this.#talk.hasCompany) {
      this.#startedAt = this.#clock.now();
      return this.#after(quietForMs, () => this.#speak());
    }
    this.spoke = true;
    if (this.#clock.now() - this.#startedAt >= comfortForMs) {
      this.#talk.sayAside(this.#talk.asides.goodbye, 0);
      return this.#after(comfortEveryMs, () => this.#talk.hangUp());
    }
    this.#talk.sayAside(this.#talk.asides.pleaseWait, comfortEveryMs);
    this.#after(comfortEveryMs, () => this.#speak());
  }

  #after(delayMs: number, action: () => void): void {
    this.#next?.timer.cancel();
    this.#next = { at: this.#clock.now() + delayMs, timer: this.#clock.setTimer(delayMs, action) };
  }
}
