import type { Clock } from './clock.ts';

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

export interface Rate {
  /** On average. */
  perSecond: number;
  /** Most that may come together; left out: a second's worth. */
  atOnce?: number;
}

/** A token bucket for each key. */
export function createRateLimiter(
  clock: Pick<Clock, 'now'>,
  { perSecond, atOnce = perSecond }: Rate,
): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: atOnce, filledAt: now };
      const elapsedMs = Math.max(0, now - bucket.filledAt);
      bucket.tokens = Math.min(atOnce, bucket.tokens + (elapsedMs * perSecond) / 1000);
      bucket.filledAt = now;
      if (buckets.size >= mostBuckets && !buckets.has(key)) buckets.clear();
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / perSecond);
      bucket.tokens -= 1;
      return 0;
    },
  };
}
