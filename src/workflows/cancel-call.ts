import { endWithoutAttempt, liveAttempt, requestEnd } from '../domain/calls/call-moves.ts';
import type { Call, EndRequest } from '../domain/calls/call.ts';
import { forgetPerson } from '../domain/privacy/forget-person.ts';
import type { AttemptId, CallId } from '../domain/ids.ts';
import { wait, within } from '../lib/wait.ts';
import type { Ledger } from '../db/ledger.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import type { LiveCalls } from './live-calls.ts';

export interface CancelCallDependencies extends CommitDependencies {
  ledger: Pick<Ledger, 'commit' | 'call'>;
  liveCalls: Pick<LiveCalls, 'requestEnd'>;
  /** Another gateway has the leg: it is told that its end is on record. */
  tellOfEnd: (leg: AttemptId) => void;
}

export type Cancelled =
  { result: 'cancelled' | 'cancelling'; call: Call } | { result: 'talking' | 'not_found' };

export interface CancelRequest {
  id: CallId;
  hangUp: boolean;
  /** Whether the proof is waited for where another gateway has the leg; by default it is. */
  waitsForOthers?: boolean;
  /** `erased`: nothing that is reported of the call from now on tells of the person. By default the call is only cancelled. */
  why?: EndRequest;
}

/** How long the caller of the API waits for the proof that nobody's phone rings. */
const proofWithinMs = 5_000;
/** How often it is looked whether another gateway's leg is gone. */
const lookEveryMs = 100;

/**
 * Ends a call on request. `cancelled` only when no phone rings any more, or the call had ended before; somebody who is talking is
 * not cut off unless that is asked for.
 */
export async function cancelCall(deps: CancelCallDependencies, request: CancelRequest): Promise<Cancelled> {
  for (;;) {
    const call = await deps.ledger.call(request.id);
    if (!call) return { result: 'not_found' };
    switch (call.state.status) {
      case 'ended':
        return { result: 'cancelled', call };
      case 'in_progress':
        if (!request.hangUp) return { result: 'talking' };
        return endAttempt(deps, call, request);
      case 'dialing':
        return endAttempt(deps, call, request);
      case 'queued':
      case 'waiting_retry': {
        const end = { at: deps.clock.now(), outcome: 'cancelled', blockedBy: null, problem: null } as const;
        const commit = await commitMove(deps, call, (now) =>
          endWithoutAttempt(request.why === 'erased' ? forgetPerson(now) : now, end),
        );
        if (commit.result === 'committed') return { result: 'cancelled', call: commit.call };
        // It was dialled in the meantime: look again.
      }
    }
  }
}

async function endAttempt(
  deps: CancelCallDependencies,
  call: Call,
  request: CancelRequest,
): Promise<Cancelled> {
  // Somebody may answer at this very moment; whoever is talking is not cut off unless that is asked for.
  const commit = await commitMove(deps, call, (now) =>
    now.state.status === 'in_progress' && !request.hangUp
      ? { result: 'ignored', reason: 'somebody is talking' }
      : requestEnd(now, request.why),
  );
  if (commit.call.state.status === 'in_progress' && !request.hangUp) return { result: 'talking' };
  const attempt = liveAttempt(call);
  const live = attempt && deps.liveCalls.requestEnd(attempt.id);
  if (live) await within(deps.clock, proofWithinMs, live.done);
  else if (attempt) {
    deps.tellOfEnd(attempt.id);
    if (request.waitsForOthers !== false) await untilEnded(deps, attempt.id, call.id);
  }
  const now = (await deps.ledger.call(call.id)) ?? call;
  return { result: now.state.status === 'ended' ? 'cancelled' : 'cancelling', call: now };
}

/** Or until the time is over; whoever has the leg ends the attempt when it is gone. */
async function untilEnded(deps: CancelCallDependencies, leg: AttemptId, id: CallId): Promise<void> {
  const until = deps.clock.now() + proofWithinMs;
  for (let isLive = true; isLive && deps.clock.now() < until;) {
    await wait(deps.clock, lookEveryMs);
    const call = await deps.ledger.call(id);
    isLive = call !== null && liveAttempt(call)?.id === leg;
  }
}
