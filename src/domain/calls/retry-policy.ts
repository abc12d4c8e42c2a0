import { z } from 'zod';
import { formatDuration, parseDurationMs } from '../../lib/duration.ts';

/** Why a further attempt may be made, in the words of the contract. `congestion` waits as `trunk_failure` does. */
export const retryReasons = [
  'busy',
  'no_answer',
  'unreachable',
  'partial',
  'machine',
  'rejected',
  'trunk_failure',
] as const;
export type RetryReason = (typeof retryReasons)[number];

/** When a call is tried again: resolved, so that the wait for a reason is always `afterMs[reason]`. */
export interface RetryPolicy {
  /** Attempts that count, the first one included; 1 to 10. */
  readonly maxAttempts: number;
  /** From the end of an attempt to the beginning of the next, by what the attempt came to. */
  readonly afterMs: Readonly<Record<RetryReason, number>>;
  /** Reasons after which the next attempt moves on to a part of the day that was not tried yet. Missing in calls of old: none. */
  readonly anotherPartOfDay?: readonly RetryReason[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Where the hour may have been the wrong one. Who is busy is near the phone, and who hung up was. */
const personalReasons: readonly RetryReason[] = ['no_answer', 'unreachable', 'machine'];

export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 3,
  afterMs: {
    busy: 10 * minuteMs,
    no_answer: 2 * hourMs,
    unreachable: 4 * hourMs,
    partial: 30 * minuteMs,
    machine: 4 * hourMs,
    rejected: 4 * hourMs,
    trunk_failure: 5 * minuteMs,
  },
  anotherPartOfDay: personalReasons,
};

const shortestMs = 1000;
const longestMs = 30 * 24 * hourMs;

const wait = z
  .string()
  .max(40)
  .refine(
    isBoundedWait,
    `must be an ISO 8601 duration from ${formatDuration(shortestMs)} to ${formatDuration(longestMs)}, such as PT10M`,
  );

/** `retry` of a request. */
export const retrySchema = z.strictObject({
  max_attempts: z.int().min(1).max(10).optional(),
  minimum_gap: wait.optional(),
  after: z.partialRecord(z.enum(retryReasons), wait).optional(),
  another_part_of_day: z.boolean().optional().meta({
    description:
      'Whether who did not take the phone (`no_answer`, `unreachable`, `machine`) is tried again in a part of the day in which they were not tried yet: morning, afternoon or evening of their calling hours. Left out: after each of these reasons whose wait `after` does not state.',
  }),
});
export type RetryRequest = z.infer<typeof retrySchema>;

/**
 * Fills in what the request leaves out. The contract's own defaults (busy 10 minutes, minimum gap one hour) show that the gap is no
 * floor under them; so `minimum_gap` is a floor only where a request states it, and then under every reason for which the phone may
 * have rung. `trunk_failure` is left out: nobody was disturbed, and the next attempt is the same call still trying to leave. Who states a
 * wait gets that wait, and not another part of the day, unless they ask for it.
 */
export function resolveRetryPolicy(request: RetryRequest): RetryPolicy {
  const floorMs = msOf(request.minimum_gap) ?? 0;
  const afterMs = { ...defaultRetryPolicy.afterMs };
  for (const reason of retryReasons) {
    const askedMs = msOf(request.after?.[reason]) ?? afterMs[reason];
    afterMs[reason] = reason === 'trunk_failure' ? askedMs : Math.max(askedMs, floorMs);
  }
  const maxAttempts = request.max_attempts ?? defaultRetryPolicy.maxAttempts;
  return { maxAttempts, afterMs, anotherPartOfDay: movedReasons(request) };
}

function movedReasons({ another_part_of_day: asked, after }: RetryRequest): RetryReason[] {
  if (asked === false) return [];
  return personalReasons.filter((reason) => asked === true || after?.[reason] === undefined);
}

function isBoundedWait(text: string): boolean {
  const durationMs = parseDurationMs(text);
  return durationMs !== null && durationMs >= shortestMs && durationMs <= longestMs;
}

function msOf(text: string | undefined): number | null {
  return text === undefined ? null : parseDurationMs(text);
}
