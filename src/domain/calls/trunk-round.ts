import type { Attempt, Call } from './call.ts';
import type { Verdict } from './verdict.ts';

/**
 * A round: trunks that are tried one after the other because each fails on the way to the phone. It begins with the first that fails so, and ends where an
 * attempt comes to anything else, or where a trunk is tried again that was tried in it. Nothing of it is stored: it is read off the
 * attempts on record, so a restart and another gateway see the same round.
 */
export interface TrunkRound {
  /** Trunks that have failed in the present round; empty where the last attempt was no such failure. */
  readonly tried: ReadonlySet<string>;
  /** Attempts of all rounds that only stood in for the attempt before them. */
  readonly failOvers: number;
}

type RoundAttempt = Pick<Attempt, 'trunk' | 'ringingAt' | 'answeredAt' | 'ended'>;

/** @param attempts of one call, oldest first */
export function trunkRound(attempts: readonly RoundAttempt[]): TrunkRound {
  let tried = new Set<string>();
  let failOvers = 0;
  for (const attempt of attempts) {
    // given back unsent: it says nothing of the trunk
    if (attempt.ended?.verdict.fault === 'gateway') continue;
    if (!failedOnTheWay(attempt)) tried = new Set();
    else if (tried.size === 0 || tried.has(attempt.trunk)) tried = new Set([attempt.trunk]);
    else {
      tried.add(attempt.trunk);
      failOvers += 1;
    }
  }
  return { tried, failOvers };
}

/**
 * From when on a trunk may be tried that has failed in the present round: after the wait that follows a round. A call that was to go over another one
 * at once finds only this one where that was closed meanwhile. -Infinity for a trunk that was not tried.
 */
export function mayTryTrunkFrom(
  { attempts, retry }: Pick<Call, 'attempts' | 'retry'>,
  trunk: string,
): number {
  if (!trunkRound(attempts).tried.has(trunk)) return -Infinity;
  const failedAt = attempts.findLast((attempt) => failedOnTheWay(attempt))?.ended?.at ?? -Infinity;
  return failedAt + retry.afterMs.trunk_failure;
}

/** Whether the attempt ended before any phone rang, for a cause that another trunk may not have. */
export function failedOnTheWay({ ringingAt, answeredAt, ended }: RoundAttempt): boolean {
  return ended !== null && ringingAt === null && answeredAt === null && isTechnical(ended.verdict);
}

/** 503, no reply, 5xx, 488, 401/403/407 and what Asterisk refused; never what was said of the person, such as 486, 600 or 603. */
export function isTechnical({ reason, fault }: Verdict): boolean {
  const isOfTrunk = reason === 'congestion' || reason === 'trunk_failure';
  return isOfTrunk && (fault === 'carrier' || fault === 'configuration');
}
