import { liveAttempt } from '../domain/calls/call-moves.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { paceOf } from '../domain/calls/pace.ts';
import type { CallId, IdSource } from '../domain/ids.ts';
import { assert } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ledger, Transition } from '../db/ledger.ts';
import { decideClaim } from './decide-claim.ts';
import type { DialPlan, DuePreparation } from './due-preparation.ts';
import { transitionOf } from './transition-of.ts';

export interface DialDueCallsDependencies {
  ledger: Pick<Ledger, 'dueCalls' | 'claim'>;
  clock: Clock;
  ids: IdSource;
  preparation: DuePreparation;
  /** Takes over an attempt that is on record: waits for its instant, dials it, and sees it to its end. */
  startAttempt: (transition: Transition, plan: DialPlan) => void;
}

/** Calls are made ready a little ahead of their time, so that a call is dialled when it is due and not later. */
const lookAheadMs = 3_000;
const mostAtOnce = 100;
/** An instant further ahead than this is not reserved yet: what is claimed cannot make way for something more urgent. */
const reserveAheadMs = 1_000;

/** One pass of the dialler: looks what is due, makes it ready, claims what is ready, and hands the claimed attempts on. */
export async function dialDueCalls(
  deps: DialDueCallsDependencies,
): Promise<{ claimed: number; waiting: number }> {
  const due = await deps.ledger.dueCalls(deps.clock.now() + lookAheadMs, mostAtOnce);
  const plans = deps.preparation.prepare(due);
  let claimed = 0;
  for (const [trunk, ready] of Map.groupBy(plans, (plan) => plan.trunk))
    claimed += await claimFor(deps, trunk, ready);
  return { claimed, waiting: due.length - claimed };
}

async function claimFor(
  deps: DialDueCallsDependencies,
  trunk: Trunk,
  ready: readonly DialPlan[],
): Promise<number> {
  const plans = new Map<CallId, DialPlan>(ready.map((plan) => [plan.call.id, plan]));
  const now = deps.clock.now();
  const { spacingMs } = paceOf(trunk.callsPerSecond);
  const transitions = await deps.ledger.claim({
    trunk: trunk.name,
    now,
    candidates: [...plans.keys()],
    limit: mostAtOnce,
    channels: trunk.channels,
    spacingMs,
    reserveUntil: now + reserveAheadMs,
    decide: (call, sendAt, optOuts) => {
      const plan = plans.get(call.id);
      assert(plan, 'only candidates are claimed');
      const facts = {
        attemptId: deps.ids.newId('att'),
        trunk: trunk.name,
        callerId: plan.callerId,
        now,
        sendAt,
        optOuts,
      };
      const move = decideClaim(call, facts);
      assert(move.result === 'moved', 'a call that waits can be claimed');
      return transitionOf(deps.ids, move, now);
    },
  });
  for (const transition of transitions) {
    const plan = plans.get(transition.call.id);
    deps.preparation.forget(transition.call.id);
    if (plan && liveAttempt(transition.call)) deps.startAttempt(transition, plan);
  }
  return transitions.length;
}
