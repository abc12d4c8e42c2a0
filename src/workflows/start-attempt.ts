import { endpointFor } from '../domain/calls/choose-trunk.ts';
import { liveAttempt } from '../domain/calls/call-moves.ts';
import { decideDialling } from '../domain/calls/decide-dialling.ts';
import { blockingOptOut } from '../domain/calls/dialling-rules.ts';
import { legLimitMs, limitOfLateLeg } from '../domain/calls/leg-limit.ts';
import { paceOf, type Pace } from '../domain/calls/pace.ts';
import { assert } from '../lib/assert.ts';
import type { Ledger, Transition } from '../db/ledger.ts';
import type { DialRequest } from '../telephony/telephony.ts';
import type { DialPlan } from './due-preparation.ts';
import type { HeldLease } from './held-lease.ts';
import { LiveCall, type LiveCallDependencies } from './live-call.ts';
import type { LiveCalls } from './live-calls.ts';

export interface StartAttemptDependencies extends LiveCallDependencies {
  ledger: LiveCallDependencies['ledger'] & Pick<Ledger, 'reserveInstant' | 'noteLeaving'>;
  liveCalls: LiveCalls;
  lease: HeldLease;
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

/**
 * That it leaves is put on record just before the instant, by as much as the last time took, with the last look for a no, so that this is fresh and makes
 * nobody late. Where the database does not say, nothing is dialled.
 */
async function mayLeave(
  { ledger, lease }: StartAttemptDependencies,
  { live, plan }: { live: LiveCall; plan: DialPlan },
): Promise<boolean> {
  const optOuts = await ledger.noteLeaving({ id: live.leg, epoch: lease.epoch });
  return optOuts !== null && blockingOptOut(plan.call, optOuts) === null;
}

/**
 * An attempt that missed instant after instant for so long, because the machine or the database is slow, is given back: a person and a channel are
 * kept for it.
 */
const longestLateMs = 20_000;

/** An attempt that is late for its instant, because the machine was busy, takes a new one: it would break the trunk's pace. */
async function dialAtInstant(
  deps: StartAttemptDependencies,
  dial: { live: LiveCall; plan: DialPlan; sendAt: number },
): Promise<void> {
  const { live, plan } = dial;
  const pace = paceOf(plan.trunk.callsPerSecond);
  let [sendAt, lookedFor, lookMs] = [dial.sendAt, NaN, 0];
  for (;;) {
    const now = deps.clock.now();
    const isLooked = lookedFor === sendAt;
    const decision = decideDialling(plan.call, { pace, sendAt, now });
    switch (decision.do) {
      case 'wait':
      case 'dial': {
        const waitMs = decision.do === 'wait' ? decision.waitMs - (isLooked ? 0 : lookMs) : 0;
        if (waitMs > 0) {
          if ((await live.waitToDial(waitMs)) === 'aborted') return;
        } else if (!isLooked) {
          if (!(await mayLeave(deps, dial))) {
            live.post({ type: 'withdrawn' });
            return;
          }
          [lookedFor, lookMs] = [sendAt, deps.clock.now() - now];
        } else {
          const isSafe = deps.lease.isSafe();
          live.post(isSafe ? { type: 'dial', request: requestOf(plan, live, now) } : { type: 'withdrawn' });
          return;
        }
        break;
      }
      case 'take_another_instant': {
        const isTooLong = now - dial.sendAt > longestLateMs;
        const next = isTooLong ? null : await reserveAnother(deps, { plan, pace, now });
        if (next === null) {
          live.post({ type: 'withdrawn' });
          return;
        }
        sendAt = next;
        break;
      }
      case 'give_back':
        live.post({ type: 'withdrawn' });
        return;
    }
  }
}

function reserveAnother(
  { ledger }: StartAttemptDependencies,
  { plan, pace, now }: { plan: DialPlan; pace: Pace; now: number },
): Promise<number | null> {
  const { trunk, call } = plan;
  const { spacingMs } = pace;
  return ledger.reserveInstant({ trunk: trunk.name, campaignId: call.campaignId, now, spacingMs });
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
