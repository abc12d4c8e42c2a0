import { liveAttempt, postpone } from '../domain/calls/call-moves.ts';
import type { Lease } from '../domain/asterisks/lease.ts';
import type { Call } from '../domain/calls/call.ts';
import type { FrequencyCap } from '../domain/calls/frequency-cap.ts';
import { channelsForOutgoing, type Trunk } from '../domain/calls/trunk.ts';
import { nextClaimLeadMs } from '../domain/calls/claim-lead.ts';
import { legLimitMs } from '../domain/calls/leg-limit.ts';
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
  trunks: readonly Trunk[];
  lease: Lease;
  /** How many more live attempts the Asterisk may have. */
  room: () => number;
  preparation: DuePreparation;
  frequencyCap: FrequencyCap | null;
  /** Takes over an attempt that is on record: waits for its instant, dials it, and sees it to its end. */
  startAttempt: (transition: Transition, plan: DialPlan) => void;
}

/** Calls are made ready a little ahead of their time, so that a call is dialled when it is due and not later. */
const lookAheadMs = 3_000;
const mostAtOnce = 100;
/** An instant further ahead than this is not reserved yet: what is claimed cannot make way for something more urgent. */
const reserveAheadMs = 1_000;

/** Pages that a pass looks at behind the first one, for calls of trunks that are idle. */
const mostFurtherPages = 3;

/** One pass over the due calls. */
interface Pass {
  until: number;
  /** Trunks that took fewer calls than were ready and due: no channel is free, or their pace allows no more. */
  sated: Set<string>;
  seen: Call[];
}

/**
 * One pass of the dialler: looks what is due, makes it ready, claims what is ready, and hands the claimed attempts on.
 *
 * Which trunk a call goes over is known only once it is prepared, so the backlog of a sated trunk may fill the first page. While there is
 * such a trunk, and another one could take calls, the pass looks on through all that is due; how far it came is where the next pass goes on.
 * So every due call is looked at in its turn, however long the backlog, and a pass without a sated trunk costs one look.
 *
 * @returns whether it saw any call that is due, or will be within the look ahead
 */
export async function dialDueCalls(deps: DialDueCallsDependencies): Promise<boolean> {
  const until = deps.clock.now() + lookAheadMs;
  const pass: Pass = { until, sated: new Set(), seen: [] };
  const first = await deps.ledger.dueCalls(until, mostAtOnce);
  await dialPage(deps, pass, first);
  await searchForIdleTrunks(deps, pass);
  deps.preparation.keepOnly(pass.seen);
  return pass.seen.length > 0;
}

async function searchForIdleTrunks(deps: DialDueCallsDependencies, pass: Pass): Promise<void> {
  const { preparation, ledger } = deps;
  let after: Call | null | undefined = preparation.searchAfter ?? null;
  let isPassedOver = true;
  for (let pages = 0; pages < mostFurtherPages && isWorthSearching(deps.trunks, pass); pages++) {
    const page = await ledger.dueCalls(pass.until, mostAtOnce, after);
    after = page.at(-1);
    await dialPage(deps, pass, page);
    // A page is looked at again until nothing of it could be dialled but over sated trunks.
    isPassedOver &&= preparation.areAllOf(page, pass.sated);
    if (isPassedOver) preparation.searchAfter = after;
    if (after === undefined) return;
  }
}

function isWorthSearching(trunks: readonly Trunk[], { sated }: Pass): boolean {
  return sated.size > 0 && trunks.some(({ name }) => !sated.has(name));
}

async function dialPage(deps: DialDueCallsDependencies, pass: Pass, page: readonly Call[]): Promise<void> {
  pass.seen.push(...page);
  const plans = deps.preparation.prepare(page);
  const now = deps.clock.now();
  const dueNow = new Set(page.filter((call) => isDue(call, now)).map((call) => call.id));
  for (const [trunk, ready] of Map.groupBy(plans, (plan) => plan.trunk)) {
    if (pass.sated.has(trunk.name)) continue;
    const claimed = await claimFor(deps, trunk, ready);
    if (claimed < ready.filter((plan) => dueNow.has(plan.call.id)).length) pass.sated.add(trunk.name);
  }
}

function isDue({ state }: Call, now: number): boolean {
  return 'nextAttemptAt' in state && state.nextAttemptAt <= now;
}

/**
 * A campaign's flow may be mended after its calls were made ready, and another process may have tried the trunk that was chosen: then they are
 * made ready anew.
 */
function isAsPrepared({ flow, attempts }: Call, plan: DialPlan): boolean {
  const { flow: prepared } = plan.call;
  return flow.id === prepared.id && flow.version === prepared.version && attempts.length === plan.attempts;
}

async function claimFor(
  deps: DialDueCallsDependencies,
  trunk: Trunk,
  ready: readonly DialPlan[],
): Promise<number> {
  const plans = new Map<CallId, DialPlan>(ready.map((plan) => [plan.call.id, plan]));
  const now = deps.clock.now();
  const { preparation } = deps;
  const { spacingMs } = paceOf(trunk.callsPerSecond);
  const transitions = await deps.ledger.claim({
    trunk: trunk.name,
    lease: deps.lease,
    now,
    candidates: [...plans.keys()],
    limit: Math.max(0, Math.min(mostAtOnce, deps.room())),
    channels: channelsForOutgoing(trunk),
    reservedForIncoming: trunk.reservedForIncoming,
    spacingMs,
    reserveUntil: now + reserveAheadMs,
    sendFrom: now + preparation.claimLeadMs,
    rangSince: deps.frequencyCap && now - deps.frequencyCap.periodMs,
    decide: (call, sendAt, optOuts, rangAt) => {
      const plan = plans.get(call.id);
      assert(plan, 'only candidates are claimed');
      const facts = {
        attemptId: deps.ids.newId('att'),
        trunk: trunk.name,
        lease: { asterisk: deps.lease.asterisk, epoch: deps.lease.epoch },
        callerId: plan.callerId,
        now,
        sendAt,
        legLimitMs: legLimitMs(trunk, call.maxDurationMs),
        ...{ optOuts, rangAt, frequencyCap: deps.frequencyCap },
      };
      const move = isAsPrepared(call, plan) ? decideClaim(call, facts) : postpone(call, now);
      assert(move.result === 'moved', 'a call that waits can be claimed');
      return transitionOf(deps.ids, move, now);
    },
  });
  const tookMs = Math.max(0, deps.clock.now() - now);
  if (transitions.length > 0) preparation.claimLeadMs = nextClaimLeadMs(preparation.claimLeadMs, tookMs);
  for (const transition of transitions) {
    const plan = plans.get(transition.call.id);
    preparation.forget(transition.call.id);
    if (plan && liveAttempt(transition.call)) deps.startAttempt(transition, plan);
  }
  return transitions.length;
}
