/** Spans in milliseconds. */
export interface BackOff {
  firstMs: number;
  longestMs: number;
}

/**
 * How long to wait before try number `failures` + 1: doubles with each failure up to the longest, and is spread over its upper
 * half, so that several gateways do not knock at the same instant.
 *
 * @param random gives a number from 0 up to, but without, 1
 */
export function backOffMs({ firstMs, longestMs }: BackOff, failures: number, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(full / 2 + (full / 2) * random());
}
