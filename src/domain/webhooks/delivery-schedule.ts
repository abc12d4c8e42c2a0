const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Waits between tries, fixed by the API contract: the first try is made at once, the last about three days later. */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** Up to this part of a delay is added, so that receivers that were down together are not all called at one instant. */
const jitter = 0.2;
/** A receiver may ask for time, but not for ever. */
const longestRetryAfterMs = 24 * hourMs;

export type NextTry = { next: 'retry'; at: number } | { next: 'dead' };

export interface FailedTry {
  /** Tries made so far, this one included. */
  tries: number;
  /** When it failed, in milliseconds since 1970. */
  now: number;
  /** What the receiver's `Retry-After` asked for; it can put the next try off, never bring it forward. */
  retryAfterMs: number | null;
  /** At least 0 and below 1. */
  random: number;
}

/** When an event that could not be delivered is tried again; `dead` after the last try, until somebody asks for a replay. */
export function nextTry({ tries, now, retryAfterMs, random }: FailedTry): NextTry {
  const delayMs = retryDelaysMs[tries - 1];
  if (delayMs === undefined) return { next: 'dead' };
  const askedForMs = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return { next: 'retry', at: now + Math.max(Math.round(delayMs * (1 + jitter * random)), askedForMs) };
}
