import type { Clock } from '../lib/clock.ts';

export interface RateLimiter {
  /** Takes one request of this key; 0 when it may go on, else the milliseconds after which the next one may. */
  take(key: string): number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Keys that are remembered at once; a bucket that was forgotten is a full one. */
const mostBuckets = 10_000;

/** A token bucket for each key: `perSecond` on average, at most one second's worth at once. */
export function createRateLimiter(clock: Clock, perSecond: number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: perSecond, filledAt: now };
      const elapsedMs = Math.max(0, now - bucket.filledAt);
      bucket.tokens = Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000);
      bucket.filledAt = now;
      if (buckets.size >= mostBuckets && !buckets.has(key)) buckets.clear();
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / perSecond);
      bucket.tokens -= 1;
      return 0;
    },
  };
}
