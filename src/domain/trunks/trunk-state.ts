import {
  afterFailure,
  afterSuccess,
  breakerStateAt,
  openBreaker,
  type TrunkBreaker,
} from './trunk-breaker.ts';
import { fullPace, paceFactor, slowDown, type TrunkPace } from './trunk-pace.ts';
import { downReason, downUntil, type Sightings } from './trunk-sightings.ts';
import type { TrunkSign } from './trunk-sign.ts';

/** How a trunk is, as all gateways know it: a row of the database. What it is comes from the trunks file (`Trunk`). */
export interface TrunkState {
  readonly name: string;
  /** Counts its changes; 0 where nothing is on record. */
  readonly revision: number;
  /** Since when it is not to be dialled over, because somebody asked for that. */
  readonly drainedAt: number | null;
  readonly pace: TrunkPace;
  readonly breaker: TrunkBreaker;
  readonly sightings: Sightings;
  /** What the last `trunk.state_changed` told. */
  readonly reportedUp: boolean;
}

/**
 * - `draining`: drained, and calls are on it still; `drained`: none is.
 * - `down`: the carrier does not answer, or does not know us.
 * - `closed`, `probing`: of the breaker.
 * - `slowed`: it is dialled over, at less than its pace.
 */
export type TrunkCondition = 'up' | 'slowed' | 'draining' | 'drained' | 'down' | 'closed' | 'probing';

export function newTrunkState(name: string): TrunkState {
  return {
    name,
    revision: 0,
    drainedAt: null,
    pace: fullPace,
    breaker: openBreaker,
    sightings: {},
    reportedUp: true,
  };
}

/** @param live attempts on it now */
export function conditionOf(state: TrunkState, { now, live }: { now: number; live: number }): TrunkCondition {
  if (state.drainedAt !== null) return live > 0 ? 'draining' : 'drained';
  if (downUntil(state.sightings, now) !== null) return 'down';
  const breaker = breakerStateAt(state.breaker, now);
  if (breaker !== 'open') return breaker;
  return paceFactor(state.pace, now) < 1 ? 'slowed' : 'up';
}

/** Whether calls come through: what `trunk.state_changed` tells. A drained trunk is as well as it was. */
export function healthOf(state: TrunkState, now: number): { up: boolean; reason: string | null } {
  const reason = downReason(state.sightings, now) ?? breakerReason(state.breaker);
  return { up: reason === null, reason };
}

function breakerReason({ closedUntil, closings }: TrunkBreaker): string | null {
  if (closedUntil === null) return null;
  return closings === 1
    ? 'Several calls in a row failed before any phone rang.'
    : `No call has come through in ${closings} tries.`;
}

/**
 * How many calls may be dialled over it now. The claim on PostgreSQL says the same in SQL.
 *
 * @param live.all attempts on it now
 * @param live.unproven those of them that began while it was probed, and have neither rung nor been answered
 */
export function freeChannels(
  state: TrunkState,
  { channels, live, now }: { channels: number; live: { all: number; unproven: number }; now: number },
): number {
  if (state.drainedAt !== null || downUntil(state.sightings, now) !== null) return 0;
  const free = Math.max(0, channels - live.all);
  switch (breakerStateAt(state.breaker, now)) {
    case 'open':
      return free;
    case 'closed':
      return 0;
    case 'probing':
      return Math.max(0, Math.min(free, 1 - live.unproven));
  }
}

/** After what a call has shown of it; the very same state where that is nothing new. */
export function withSign(state: TrunkState, sign: TrunkSign): TrunkState {
  const { breaker, pace } = afterSign(state, sign);
  return breaker === state.breaker && pace === state.pace ? state : { ...state, breaker, pace };
}

function afterSign({ breaker, pace }: TrunkState, sign: TrunkSign): Pick<TrunkState, 'breaker' | 'pace'> {
  switch (sign.sign) {
    case 'came_through':
      return { breaker: afterSuccess(breaker, sign.at), pace };
    case 'failed':
      return { breaker: afterFailure(breaker, sign), pace };
    case 'refused_for_room':
    case 'met_silence':
      return { breaker: afterFailure(breaker, sign), pace: slowDown(pace, sign) };
  }
}
