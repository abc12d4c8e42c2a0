import { endpointFor } from '../domain/calls/choose-trunk.ts';
import { liveAttempt } from '../domain/calls/call-moves.ts';
import { blockingOptOut } from '../domain/calls/dialling-rules.ts';
import { legLimitMs, limitOfLateLeg } from '../domain/calls/leg-limit.ts';
import { paceOf } from '../domain/calls/pace.ts';
import { assert } from '../lib/assert.ts';
import type { Ledger, Transition } from '../db/ledger.ts';
import type { DialRequest } from '../telephony/telephony.ts';
import type { DialPlan } from './due-preparation.ts';
import type { HeldLease } from './held-lease.ts';
import { leaveAtInstant, type LeavingTimes } from './leave-at-instant.ts';
import { LiveCall, type LiveCallDependencies } from './live-call.ts';
import type { LiveCalls } from './live-calls.ts';

export interface StartAttemptDependencies extends LiveCallDependencies {
  ledger: LiveCallDependencies['ledger'] & Pick<Ledger, 'reserveInstant' | 'noteLeaving' | 'noteStaying'>;
  liveCalls: LiveCalls;
  lease: HeldLease;
  leavingTimes: LeavingTimes;
}

/** Sees a claimed attempt to its end: dials it at the instant that is reserved for it, and takes what comes. */
export function startAttempt(
  deps: StartAttemptDependencies,
  transition: Transition,
  plan: DialPlan,
): LiveCall {
  const live = new LiveCall(deps, { call: transition.call, prepared: plan.prepared, dialled: false });
  deps.liveCalls.add(live);
  const attempt = liveAttempt(transition.call);
  assert(attempt, 'a claimed call has a live attempt');
  void dialAtInstant(deps, { live, plan, sendAt: attempt.sendAt }).catch((error: unknown) => {
    deps.log.error({ err: error, call: transition.call.id }, 'an attempt could not be dialled');
    live.post({ type: 'withdrawn' });
  });
  return live;
}

async function mayLeave(
  { ledger, lease }: StartAttemptDependencies,
  { live, plan }: { live: LiveCall; plan: DialPlan },
): Promise<boolean> {
  const optOuts = await ledger.noteLeaving({ id: live.leg, epoch: lease.epoch });
  return optOuts !== null && blockingOptOut(plan.call, optOuts) === null;
}

async function dialAtInstant(
  deps: StartAttemptDependencies,
  dial: { live: LiveCall; plan: DialPlan; sendAt: number },
): Promise<void> {
  const { live, plan, sendAt } = dial;
  const { call, trunk } = plan;
  const pace = paceOf(trunk.callsPerSecond);
  const { spacingMs } = pace;
  const decision = await leaveAtInstant(
    {
      clock: deps.clock,
      times: deps.leavingTimes,
      mayLeave: () => mayLeave(deps, dial),
      stay: () => deps.ledger.noteStaying({ id: live.leg, epoch: deps.lease.epoch }),
      reserve: (wanted) =>
        deps.ledger.reserveInstant({
          ...{ trunk: trunk.name, campaignId: call.campaignId, spacingMs },
          ...wanted,
        }),
      wait: (waitMs) => live.waitToDial(waitMs),
    },
    { call, pace, sendAt },
  );
  if (decision.do === 'aborted') return;
  const leaves = decision.do === 'leave' && deps.lease.isSafe();
  live.post(leaves ? { type: 'dial', request: requestOf(plan, live, decision.at) } : { type: 'withdrawn' });
}

function requestOf({ call, trunk, number, callerId }: DialPlan, live: LiveCall, now: number): DialRequest {
  const { setupTimeoutMs, ringTimeoutMs } = trunk;
  const attempt = liveAttempt(live.call);
  const limitMs = legLimitMs(trunk, call.maxDurationMs);
  return {
    leg: live.leg,
    endpoint: endpointFor(trunk, number),
    callerId,
    setupTimeoutMs,
    ringTimeoutMs,
    detectTalk: call.machineDetection,
    absoluteTimeoutMs: limitOfLateLeg({ now, goneBy: attempt?.goneBy ?? Infinity, limitMs }),
  };
}
