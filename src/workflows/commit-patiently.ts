import type { Call } from '../domain/calls/call.ts';
import type { Move } from '../domain/calls/call-moves.ts';
import type { Clock } from '../lib/clock.ts';
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

const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** A hiccup shorter than this is not worth a word to the person on the line. */
const quietForMs = 1_000;
/** How long a person is asked to wait before we say goodbye. */
const comfortForMs = 30_000;
const comfortEveryMs = 5_000;

/**
 * Commits a move of a live call however long the database is away: what was not committed is not treated as given. Whoever is on the
 * line hears «please wait» for at most 30 s, then a goodbye. `waited` says that they heard it, so that the question is asked again.
 *
 * @throws LedgerUnavailable when `signal` aborts first: at shutdown, after which the call is taken up from what is on record
 */
export async function commitPatiently(
  deps: CommitDependencies & { signal: AbortSignal },
  call: Call,
  move: (call: Call) => Move,
  talk: Talk | null,
): Promise<{ commit: CommitResult; waited: boolean }> {
  try {
    return { commit: await commitMove(deps, call, move), waited: false };
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    const comfort = talk ? startComfort(deps.clock, talk) : null;
    try {
      const commit = await commitWhenBack(deps, {
        call,
        move,
        unsure: error instanceof CommitUnsure ? error : null,
      });
      return { commit, waited: comfort?.spoke() ?? false };
    } finally {
      comfort?.stop();
    }
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
function startComfort(clock: Clock, talk: Talk): { spoke: () => boolean; stop: () => void } {
  const startedAt = clock.now();
  let spoke = false;
  let timer = clock.setTimer(quietForMs, speak);
  function speak(): void {
    spoke = true;
    if (clock.now() - startedAt >= comfortForMs) {
      talk.sayAside(talk.asides.goodbye, 0);
      timer = clock.setTimer(comfortEveryMs, () => talk.hangUp());
      return;
    }
    talk.sayAside(talk.asides.pleaseWait, comfortEveryMs);
    timer = clock.setTimer(comfortEveryMs, speak);
  }
  return { spoke: () => spoke, stop: () => timer.cancel() };
}
