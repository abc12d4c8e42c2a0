import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../domain/calls/call.ts';
import type { Ignored, Move } from '../domain/calls/call-moves.ts';
import type { CallId, IdSource } from '../domain/ids.ts';
import { LedgerUnavailable, type Ledger, type Transition } from '../db/ledger.ts';
import { assert } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import { transitionOf } from './transition-of.ts';

export interface CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call'>;
  clock: Clock;
  ids: IdSource;
}

export type CommitResult = { result: 'committed'; call: Call } | (Ignored & { call: Call });

/**
 * Commits a move of a call. When somebody else moved the call first, the move is made again on the call as it is now; it may turn
 * out not to apply any more.
 *
 * @param move is made from the call as it is; called again after a lost race, so it must be pure
 * @throws LedgerUnavailable when the database cannot be reached; whether the move was kept is not known then, see `resumeCommit`
 */
export async function commitMove(
  deps: CommitDependencies,
  before: Call,
  move: (call: Call) => Move,
): Promise<CommitResult> {
  let call = before;
  for (;;) {
    const made = move(call);
    if (made.result === 'ignored') return { ...made, call };
    const transition = transitionOf(deps.ids, made, deps.clock.now());
    const result = await commitSurely(deps, transition);
    if (result === 'committed') return { result, call: transition.call };
    call = await reload(deps, call.id);
  }
}

/**
 * A connection that broke while it committed leaves open whether the move was kept. Trying the very same transition again settles it:
 * it is kept now, or it finds the call as it would have left it.
 */
async function commitSurely(
  deps: CommitDependencies,
  transition: Transition,
): Promise<'committed' | 'lost_race'> {
  try {
    return await deps.ledger.commit(transition);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    throw new CommitUnsure(transition, error);
  }
}

/** The database could not be reached; `resume` tries the same transition again. */
export class CommitUnsure extends LedgerUnavailable {
  readonly transition: Transition;

  constructor(transition: Transition, cause: unknown) {
    super('the database could not be reached while a call was moved', { cause });
    this.transition = transition;
  }
}

/** Tries a transition again of which it is not known whether it was kept. */
export async function resumeCommit(
  deps: CommitDependencies,
  transition: Transition,
): Promise<'committed' | 'lost_race'> {
  const result = await deps.ledger.commit(transition);
  if (result === 'committed') return result;
  const stored = await reload(deps, transition.call.id);
  return isDeepStrictEqual(stored, transition.call) ? 'committed' : 'lost_race';
}

async function reload(deps: CommitDependencies, id: CallId): Promise<Call> {
  const call = await deps.ledger.call(id);
  assert(call, 'a call that was accepted stays on record');
  return call;
}
