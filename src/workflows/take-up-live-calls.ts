import { attend, endAttempt, liveAttempt } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import type { CallId } from '../domain/ids.ts';
import { runningTransfer } from '../domain/calls/ended-transfer.ts';
import { LedgerUnavailable, type Ledger, type LiveTransferRow } from '../db/ledger.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';
import { afterAttempt } from './after-attempt.ts';
import { commitMove } from './commit-move.ts';
import { LiveCall, type LiveCallDependencies } from './live-call.ts';
import type { LiveCalls } from './live-calls.ts';
import type { PreparedCall } from './prepared-call.ts';
import { verdictOfLost } from './verdict-of-lost.ts';
import type { ListedLegs } from './transfer-legs.ts';

export interface TakeUpDependencies extends LiveCallDependencies {
  ledger: LiveCallDependencies['ledger'] & Pick<Ledger, 'liveCalls' | 'liveTransfers'>;
  telephony: Telephony;
  liveCalls: LiveCalls;
  /** The call's words, which are on disk since before it was dialled. */
  prepare: (call: Call) => Promise<PreparedCall>;
  /** When a phone that still rings has rung for long enough. */
  ringsUntil: (call: Call) => number;
  /** Legs that were missing from the last list, and since when; kept between the comparisons. */
  missing: Map<LegId, number>;
}

/** A leg that is missing from a list may have ended a moment ago, and its end be on its way: it is lost when it is still missing then. */
const missingForMs = 1_000;

/**
 * After a start or a lost connection, when nobody knows what happened meanwhile, and now and then to make sure: compares the attempts
 * on record with the legs that exist. Who is on the line hears the question again; an attempt without a leg is over, and where it cannot be
 * proven whether the phone rang, the call says so and is never dialled again; a leg of nobody's is hung up. Nothing is dialled
 * before this is done.
 *
 * @returns how many legs were of nobody's. Who called with one of them, and was answered by a process that died before that was on record, has given
 *   a missed call; it can be recorded when the leg is gone
 */
export async function takeUpLiveCalls(
  deps: TakeUpDependencies,
  since: { reconnected: boolean },
): Promise<{ strays: number }> {
  // What is dialled from here on is none of our business, so look at what was dialled before the legs are listed.
  const undialled = deps.liveCalls.all().filter((live) => !live.dialled);
  const waiting = new Set(undialled.map((live) => live.leg));
  // Who calls us is on record only when we have answered, which may be at this very moment.
  const onRecord = new Set(deps.liveCalls.all().filter((live) => live.isOnRecord));
  const calls = await deps.ledger.liveCalls(deps.lease.asterisk);
  const transfers = await deps.ledger.liveTransfers(deps.lease.asterisk);
  const known = new Set(calls.map((call) => liveAttempt(call)?.id));
  const fresh = new Set<LiveCall>();
  // They look for the other one of their transfer themselves.
  const takenUp = new Set<CallId>();
  const wordless: Call[] = [];
  try {
    // Whoever is taken up listens before the legs are listed: an answer that came in between would be heard by nobody.
    const unattended = calls.filter((call) => isUnattended(deps, call, waiting));
    for (const call of await attendAll(deps, unattended)) {
      const live = await resurrect(deps, call);
      if (live) fresh.add(live);
      else wordless.push(call);
    }
    deps.transferLegs.expect(transfers.map(({ leg }) => leg));
    const askedAt = deps.clock.now();
    const legs = new Map((await deps.telephony.legs()).map((leg) => [leg.leg, leg.state]));
    const listed: ListedLegs = { askedAt, states: legs, transfers };
    for (const live of deps.liveCalls.all()) {
      if (waiting.has(live.leg)) continue;
      if (!onRecord.has(live) && !fresh.has(live)) {
        if (since.reconnected) takeUp(deps, live, { listed, isNew: true });
        continue;
      }
      // Its attempt has ended on record, though nobody here has heard of it: where the network was out of reach for too long.
      if (!known.has(live.leg)) {
        live.post({ type: 'leg_lost' });
        continue;
      }
      const isNew = since.reconnected || fresh.has(live);
      if (isNew) takenUp.add(live.call.id);
      takeUp(deps, live, { listed, isNew });
    }
    for (const call of wordless) await endWordless(deps, call, new Set(legs.keys()));
    const awaited = new Set(
      transfers.filter((row) => takenUp.has(row.callId) && isInTransfer(calls, row)).map(({ leg }) => leg),
    );
    for (const { leg } of transfers) if (!legs.has(leg)) await missTransfer(deps, leg);
    let strays = 0;
    for (const leg of legs.keys()) {
      if (known.has(leg) || deps.liveCalls.of(leg)) continue;
      const transfer = deps.transferLegs.of(leg);
      if (transfer ? !transfer.isOver : awaited.has(leg)) continue;
      await hangUpStray(deps, leg);
      strays += 1;
    }
    return { strays };
  } catch (error) {
    // Nobody told them what they found; the next time they are taken up from the beginning.
    for (const live of fresh) deps.liveCalls.remove(live);
    await Promise.all([...fresh].map((live) => live.release()));
    throw error;
  }
}

/**
 * Whether the person is on record as waiting for this very leg, or talking to it. Where somebody asked to end their call they are hung up, and the leg is
 * nobody's.
 */
function isInTransfer(calls: readonly Call[], { callId, startedAt }: LiveTransferRow): boolean {
  const call = calls.find(({ id }) => id === callId);
  if (call === undefined || liveAttempt(call)?.endRequested != null) return false;
  const running = runningTransfer(call);
  return running != null && startedAt >= running.since;
}

function isUnattended({ liveCalls }: TakeUpDependencies, call: Call, waiting: ReadonlySet<LegId>): boolean {
  const attempt = liveAttempt(call);
  return attempt !== null && !waiting.has(attempt.id) && liveCalls.of(attempt.id) === undefined;
}

/** They are this gateway's from now on, whatever a former holder of the lease still believes; without those that are a later one's. */
async function attendAll(deps: TakeUpDependencies, calls: readonly Call[]): Promise<Call[]> {
  const { epoch } = deps.lease;
  const attended = await Promise.all(
    calls.map(async (call) => {
      const attempt = liveAttempt(call);
      if (attempt === null || attempt.epoch === epoch) return call;
      return (await commitMove(deps, call, (now) => attend(now, attempt.id, epoch))).call;
    }),
  );
  return attended.filter((call) => liveAttempt(call)?.epoch === epoch);
}

function takeUp(
  deps: TakeUpDependencies,
  live: LiveCall,
  found: { listed: ListedLegs; isNew: boolean },
): void {
  const { listed, isNew } = found;
  const state = listed.states.get(live.leg) ?? null;
  const now = deps.clock.now();
  const missingSince = deps.missing.get(live.leg) ?? now;
  deps.missing.delete(live.leg);
  if (state !== null && !isNew) return;
  if (state === null && !isNew && now - missingSince < missingForMs) {
    deps.missing.set(live.leg, missingSince);
    return;
  }
  deps.log.info({ call: live.call.id, attempt: live.leg, leg: state ?? 'gone' }, 'taking a live call up');
  live.post(state === null ? { type: 'leg_lost' } : { type: 'taken_up', state, legs: listed });
}

/** Null where its words cannot be had any more: that one call must not hold up all others. */
async function resurrect(deps: TakeUpDependencies, call: Call): Promise<LiveCall | null> {
  try {
    const prepared = await deps.prepare(call);
    const live = new LiveCall(deps, { call, prepared, dialled: true, ringsUntil: deps.ringsUntil(call) });
    deps.liveCalls.add(live);
    return live;
  } catch (error) {
    // Neither an outage nor the end of this process says anything of the words.
    if (error instanceof LedgerUnavailable || isAbort(error)) throw error;
    deps.log.error({ err: error, call: call.id }, 'the words of a live call cannot be had any more');
    return null;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Nothing could be said to whoever is on the line, so they are let go; the attempt ends when the leg is gone. */
async function endWordless(deps: TakeUpDependencies, call: Call, legs: ReadonlySet<LegId>): Promise<void> {
  const attempt = liveAttempt(call);
  if (attempt === null) return;
  if (legs.has(attempt.id)) {
    await deps.telephony.hangUp(attempt.id);
    deps.missing.set(attempt.id, deps.clock.now());
    return;
  }
  const at = deps.clock.now();
  const verdict = await verdictOfLost(deps.ledger, attempt.id);
  const end = { at, verdict, progress: null, timeline: [] };
  await commitMove(deps, call, (now) =>
    endAttempt(now, attempt.id, {
      ...end,
      after: afterAttempt(now, { verdict, progress: null, at, anotherTrunk: false }),
    }),
  );
  deps.missing.delete(attempt.id);
}

/** The leg of a transfer may have ended a moment ago, too; one that nobody here sees to its end never was, or went while nobody listened. */
async function missTransfer(deps: TakeUpDependencies, leg: LegId): Promise<void> {
  const now = deps.clock.now();
  const transfer = deps.transferLegs.of(leg);
  if (transfer?.dialled === false) return;
  const missingSince = deps.missing.get(leg) ?? now;
  if (now - missingSince < missingForMs) {
    deps.missing.set(leg, missingSince);
    return;
  }
  deps.missing.delete(leg);
  if (transfer) transfer.onLost();
  else await deps.ledger.endTransfer(leg, now);
}

async function hangUpStray(deps: TakeUpDependencies, leg: LegId): Promise<void> {
  deps.log.warn({ leg }, 'hanging up a leg that belongs to no live attempt');
  await deps.telephony.hangUp(leg);
}
