import { liveAttempt } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
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
  /** When a phone that still rings has rung for long enough. */
  ringsUntil: (call: Call) => number;
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
  const undialled = deps.liveCalls.all().filter((live) => !live.dialled);
  const waiting = new Set(undialled.map((live) => live.leg));
  const calls = await deps.ledger.liveCalls();
  const known = new Set(calls.map((call) => liveAttempt(call)?.id));
  const fresh = new Set<LiveCall>();
  try {
    // Whoever is taken up listens before the legs are listed: an answer that came in between would be heard by nobody.
    for (const call of calls) if (isUnattended(deps, call, waiting)) fresh.add(await resurrect(deps, call));
    const legs = new Map((await deps.telephony.legs()).map((leg) => [leg.leg, leg.state]));
    for (const live of deps.liveCalls.all()) {
      const state = legs.get(live.leg) ?? null;
      if (!known.has(live.leg) || waiting.has(live.leg)) continue;
      if (since.reconnected || fresh.has(live) || state === null) takeUp(deps, live, state);
    }
    for (const leg of legs.keys())
      if (!known.has(leg) && !deps.liveCalls.of(leg)) await hangUpStray(deps, leg);
  } catch (error) {
    // Nobody told them what they found; the next time they are taken up from the beginning.
    for (const live of fresh) deps.liveCalls.remove(live);
    await Promise.all([...fresh].map((live) => live.release()));
    throw error;
  }
}

function isUnattended({ liveCalls }: TakeUpDependencies, call: Call, waiting: ReadonlySet<LegId>): boolean {
  const attempt = liveAttempt(call);
  return attempt !== null && !waiting.has(attempt.id) && liveCalls.of(attempt.id) === undefined;
}

function takeUp(deps: TakeUpDependencies, live: LiveCall, state: LiveLeg['state'] | null): void {
  deps.log.info({ call: live.call.id, attempt: live.leg, leg: state ?? 'gone' }, 'taking a live call up');
  live.post(state === null ? { type: 'leg_lost' } : { type: 'taken_up', state });
}

async function resurrect(deps: TakeUpDependencies, call: Call): Promise<LiveCall> {
  const prepared = await deps.prepare(call);
  const live = new LiveCall(deps, { call, prepared, dialled: true, ringsUntil: deps.ringsUntil(call) });
  deps.liveCalls.add(live);
  return live;
}

async function hangUpStray(deps: TakeUpDependencies, leg: LegId): Promise<void> {
  deps.log.warn({ leg }, 'hanging up a leg that belongs to no live attempt');
  await deps.telephony.hangUp(leg);
}
