/**
 * Keeps calls from a trunk that carries none:
 *
 *     open ──failures in a row──► closed ──its time is over──► probing ──a call comes through──► open
 *                                   ▲                             │
 *                                   └──── the probing call fails ─┘   (for twice as long, up to the longest)
 *
 * What counts are calls that failed for a technical cause with nothing that rang. While it probes, one call at a time may try: a second leaves
 * only after the first came through.
 */
export interface TrunkBreaker {
  /** In a row, while it is open. */
  readonly failures: number;
  /** How often it has closed since a call last came through. */
  readonly closings: number;
  /** Null while it is open; once it has passed, the trunk is probed. */
  readonly closedUntil: number | null;
  /** When it last closed or opened: what calls that left before come to says nothing of the time since. */
  readonly changedAt: number;
}

export const openBreaker: TrunkBreaker = { failures: 0, closings: 0, closedUntil: null, changedAt: 0 };

/** One bad number, or one bad second, closes nothing; a dead carrier has cost five calls a short wait. */
export const failuresToClose = 5;
/** As long as a carrier's switch-over or a lost registration takes at best. */
export const firstClosedMs = 10_000;
/** Whatever was wrong, five minutes after it was mended calls go again. */
export const longestClosedMs = 5 * 60_000;

/** @param call.sentAt of its INVITE @param call.at when its failure was known */
export function afterFailure(breaker: TrunkBreaker, call: { sentAt: number; at: number }): TrunkBreaker {
  const { failures, closings, closedUntil, changedAt } = breaker;
  if (call.sentAt < Math.max(changedAt, closedUntil ?? 0)) return breaker;
  if (closedUntil === null && failures + 1 < failuresToClose) return { ...breaker, failures: failures + 1 };
  const closedMs = Math.min(longestClosedMs, firstClosedMs * 2 ** closings);
  return { failures: 0, closings: closings + 1, closedUntil: call.at + closedMs, changedAt: call.at };
}

/** @param provenAt when it rang, was answered, or somebody over there said something of the person */
export function afterSuccess(breaker: TrunkBreaker, provenAt: number): TrunkBreaker {
  if (provenAt < breaker.changedAt) return breaker;
  if (breaker.closedUntil === null) return breaker.failures === 0 ? breaker : { ...breaker, failures: 0 };
  return { ...openBreaker, changedAt: provenAt };
}

export function breakerStateAt({ closedUntil }: TrunkBreaker, now: number): 'open' | 'closed' | 'probing' {
  if (closedUntil === null) return 'open';
  return now < closedUntil ? 'closed' : 'probing';
}
