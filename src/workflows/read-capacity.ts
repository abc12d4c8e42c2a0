import { isAllowed, nextAllowed, weekdays, type CallingHours } from '../domain/calls/calling-hours.ts';
import type { DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { Priority } from '../domain/calls/call.ts';
import { ringingSpanMs } from '../domain/calls/dialling-rules.ts';
import { bestSpeed, trunksFor, type QueueSeen } from '../domain/calls/queue-outlook.ts';
import { channelsForOutgoing, type Trunk } from '../domain/calls/trunk.ts';
import { trunkCountry } from '../domain/lines/trunk-country.ts';
import { timeZoneByCountry } from '../domain/phone-numbers/time-zone-by-country.ts';
import type { QueueWatch } from './queue-watch.ts';
import { readTrunks, type ReadTrunksDependencies, type TrunkView } from './read-trunks.ts';

export interface ReadCapacityDependencies extends ReadTrunksDependencies {
  queueWatch: Pick<QueueWatch, 'look'>;
  policy: { callingHours: DefaultHours };
}

/** How much a trunk can take, and what stands before whoever comes now. */
export interface TrunkCapacity extends TrunkView {
  /** Channels that outgoing calls may take and that none has taken. */
  free: number;
  /** Calls per second at best, by its pace and by how long calls are. */
  perSecond: number;
  /** Whether the length of calls was measured, or too few have ended to tell. */
  isMeasured: boolean;
  queueAhead: Record<Priority, number>;
  timeZone: string;
  /** The end of the default calling hours of today, or of the next day that has any; null where none has. */
  windowClosesAt: number | null;
  /** How many more calls could be dialled before that, behind those that wait. */
  willFit: number;
}

/** In the order of the trunks file. */
export async function readCapacity(deps: ReadCapacityDependencies): Promise<TrunkCapacity[]> {
  const [views, seen] = [await readTrunks(deps), await deps.queueWatch.look()];
  return views.map((view) =>
    capacityOf(view, { seen, trunks: deps.trunks, hours: deps.policy.callingHours }),
  );
}

function capacityOf(
  view: TrunkView,
  { seen, trunks, hours }: { seen: QueueSeen; trunks: readonly Trunk[]; hours: DefaultHours },
): TrunkCapacity {
  const { trunk, live, paceFactor } = view;
  const country = trunkCountry(trunk);
  const timeZone = (country === null ? undefined : timeZoneByCountry[country]) ?? 'UTC';
  const window = windowOf({ ...hours, days: weekdays, timeZone, holidays: [] }, seen.at);
  const perSecond = bestSpeed(trunk, seen) * paceFactor;
  const queueAhead = queueOf(trunk, { seen, trunks, until: window?.closesAt ?? seen.at });
  const most = window === null ? 0 : Math.floor((window.allowedMs / 1000) * perSecond);
  const before = queueAhead.emergency + queueAhead.high + queueAhead.normal;
  return {
    ...view,
    free: Math.max(0, channelsForOutgoing(trunk) - live),
    perSecond,
    isMeasured: seen.holdMs.has(trunk.name),
    queueAhead,
    timeZone,
    windowClosesAt: window?.closesAt ?? null,
    willFit: Math.max(0, most - before),
  };
}

/** Calls count for the trunk that is the first for their country. */
function queueOf(
  trunk: Trunk,
  { seen, trunks, until }: { seen: QueueSeen; trunks: readonly Trunk[]; until: number },
): Record<Priority, number> {
  const ahead: Record<Priority, number> = { emergency: 0, high: 0, normal: 0 };
  for (const group of seen.waiting) {
    const [first] = trunksFor(trunks, group).sort((one, other) => one.order - other.order);
    if (first?.name === trunk.name && group.dueAt <= until) ahead[group.priority] += group.calls;
  }
  return ahead;
}

const dayMs = 24 * 3_600_000;

/** The hours that are open, or the next that will be: their end, and how long one may still dial in them. */
function windowOf(hours: CallingHours, now: number): { closesAt: number; allowedMs: number } | null {
  const opensAt = nextAllowed(hours, now, ringingSpanMs);
  if (opensAt === null) return null;
  let [open, shut] = [ringingSpanMs, dayMs];
  if (isAllowed(hours, opensAt, opensAt + dayMs)) open = shut;
  while (shut - open > 1_000) {
    const middle = (open + shut) / 2;
    if (isAllowed(hours, opensAt, opensAt + middle)) open = middle;
    else shut = middle;
  }
  const closesAt = Math.round((opensAt + open) / 1_000) * 1_000;
  return { closesAt, allowedMs: open - ringingSpanMs };
}
