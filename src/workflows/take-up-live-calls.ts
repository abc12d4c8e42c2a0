import { liveAttempt } from '../domain/calls/call-moves.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import type { Ledger } from '../db/ledger.ts';
import type { LegId, LiveLeg, Telephony } from '../telephony/telephony.ts';
import { LiveCall, type LiveCallDependencies } from './live-call.ts';
import type { LiveCalls } from './live-calls.ts';
import type { PreparedCall } from './prepared-call.ts';

export interface TakeUpDependencies extends LiveCallDependencies {
  ledger: Pick<Ledger, 'commit' | 'call' | 'liveCalls'>;
  telephony: Telephony;
  liveCalls: LiveCalls;
  /** The call's words, which are on disk since before it was dialled. */
  prepare: (call: Call) => Promise<PreparedCall>;
}

/**
 * After a start or a lost connection, when nobody knows what happened meanwhile, and now and then to make sure: compares the attempts on record with the legs that
 * exist. Who is on the line hears the question again; an attempt without a leg is over, and where it cannot be proven whether the phone
 * rang, the call says so and is never dialled again; a leg of nobody's is hung up. Nothing is dialled before this is done.
 */
export async function takeUpLiveCalls(
  deps: TakeUpDependencies,
  since: { reconnected: boolean },
): Promise<void> {
  // What is dialled from here on is none of our business, so look at what was dialled before the legs are listed.
  const waiting = new Set(
    deps.liveCalls
      .all()
      .filter((live) => !live.dialled)
      .map((live) => live.leg),
  );
  const calls = await deps.ledger.liveCalls();
  const legs = new Map((await deps.telephony.legs()).map((leg) => [leg.leg, leg.state]));
  for (const call of calls) {
    const attempt = liveAttempt(call);
    if (!attempt || waiting.has(attempt.id)) continue;
    const state = legs.get(attempt.id) ?? null;
    const isFine = state !== null && deps.liveCalls.of(attempt.id) !== undefined;
    if (since.reconnected || !isFine) await takeUp(deps, { call, attempt, state });
  }
  const known = new Set(calls.map((call) => liveAttempt(call)?.id));
  for (const leg of legs.keys()) if (!known.has(leg) && !deps.liveCalls.of(leg)) await hangUpStray(deps, leg);
}

async function takeUp(
  deps: TakeUpDependencies,
  found: { call: Call; attempt: Attempt; state: LiveLeg['state'] | null },
): Promise<void> {
  const { call, attempt, state } = found;
  deps.log.info({ call: call.id, attempt: attempt.id, leg: state ?? 'gone' }, 'taking a live call up');
  const live = deps.liveCalls.of(attempt.id) ?? (await resurrect(deps, call));
  live.post(state === null ? { type: 'leg_lost' } : { type: 'taken_up', state });
}

async function resurrect(deps: TakeUpDependencies, call: Call): Promise<LiveCall> {
  const live = new LiveCall(deps, { call, prepared: await deps.prepare(call), dialled: true });
  deps.liveCalls.add(live);
  return live;
}

async function hangUpStray(deps: TakeUpDependencies, leg: LegId): Promise<void> {
  deps.log.warn({ leg }, 'hanging up a leg that belongs to no live attempt');
  await deps.telephony.hangUp(leg);
}
