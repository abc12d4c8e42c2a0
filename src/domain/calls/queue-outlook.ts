import { afterAllowedTime } from './calling-hours.ts';
import type { Call, Priority } from './call.ts';
import { hoursThatBind } from './dialling-rules.ts';
import { paceOf } from './pace.ts';
import { channelsForOutgoing, type Trunk } from './trunk.ts';

/** Calls that wait and are alike, as far as it matters to who stands behind them. */
export interface WaitingCalls {
  /** '' for calls that belong to none. */
  readonly campaign: string;
  readonly priority: Priority;
  /** The country's code with its plus, which a masked number still shows. */
  readonly country: string;
  /** The one that their requests name. */
  readonly trunk: string | null;
  /** From when on they may be dialled, in whole hours. */
  readonly dueAt: number;
  readonly calls: number;
}

/** What was seen of the queue and of the trunks at one moment. */
export interface QueueSeen {
  readonly at: number;
  readonly waiting: readonly WaitingCalls[];
  /** How long an attempt keeps a channel, by trunk; only where enough attempts of late tell it. */
  readonly holdMs: ReadonlyMap<string, number>;
}

/** Calls per second at best: its pace, or its channels where calls are longer than those allow. */
export function bestSpeed(trunk: Trunk, { holdMs }: Pick<QueueSeen, 'holdMs'>): number {
  const hold = holdMs.get(trunk.name);
  const ofPace = 1000 / paceOf(trunk.callsPerSecond).spacingMs;
  return hold === undefined ? ofPace : Math.min(ofPace, (channelsForOutgoing(trunk) * 1000) / hold);
}

/** Trunks that may carry calls to a country, or the one that they name. */
export function trunksFor(
  trunks: readonly Trunk[],
  { country, trunk }: Pick<WaitingCalls, 'country' | 'trunk'>,
): Trunk[] {
  if (trunk !== null) return trunks.filter(({ name }) => name === trunk);
  return trunks.filter(({ prefixes }) =>
    prefixes.some((prefix) => country.startsWith(prefix) || prefix.startsWith(country)),
  );
}

/**
 * When a call that were accepted now would be dialled at the soonest, if every trunk that may carry it did nothing else at its best speed; null where
 * that is never. Only calls that certainly go before it are counted: more urgent ones, and of each campaign as many as it has before itself in its own.
 * So what this says is too early rather than too late.
 */
export function soonestDialledAt(
  call: Call,
  { seen, trunks, country }: { seen: QueueSeen; trunks: readonly Trunk[]; country: string },
): number | null {
  if (!('nextAttemptAt' in call.state)) return null;
  const from = call.state.nextAttemptAt;
  const ways = new Set(trunksFor(trunks, { country, trunk: call.trunk }).map(({ name }) => name));
  const rivals = seen.waiting.filter((group) => {
    const theirs = trunksFor(trunks, group);
    const haveNoOther = theirs.length > 0 && theirs.every(({ name }) => ways.has(name));
    return haveNoOther && group.dueAt <= Math.max(from, seen.at);
  });
  const perSecond = trunks
    .filter(({ name }) => ways.has(name))
    .reduce((sum, trunk) => sum + bestSpeed(trunk, seen), 0);
  const workMs = (callsBefore(call, rivals) / perSecond) * 1000;
  const hours = hoursThatBind(call);
  return hours === null ? from + workMs : afterAllowedTime(hours, from, workMs);
}

const urgency: Record<Priority, number> = { emergency: 0, high: 1, normal: 2 };

/** Campaigns of one priority go in turn, and calls of none are as one more of them. */
function callsBefore({ priority, campaignId }: Call, rivals: readonly WaitingCalls[]): number {
  const sum = (groups: readonly WaitingCalls[]): number => groups.reduce((all, { calls }) => all + calls, 0);
  const urgent = sum(rivals.filter((group) => urgency[group.priority] < urgency[priority]));
  const equals = rivals.filter((group) => group.priority === priority);
  const byCampaign = Map.groupBy(equals, (group) => group.campaign);
  const own = sum(byCampaign.get(campaignId ?? '') ?? []);
  byCampaign.delete(campaignId ?? '');
  const others = [...byCampaign.values()].reduce((all, groups) => all + Math.min(own, sum(groups)), 0);
  return urgent + own + others;
}
