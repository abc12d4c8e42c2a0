import { plainText } from '../domain/plain-text.ts';
import { parseDurationMs } from '../lib/duration.ts';

const longestOverlapMs = 7 * 24 * 60 * 60 * 1000;
const defaultOverlap = 'P1D';

/** How long a secret that is being replaced counts as well. */
export function overlapField(description: string) {
  return plainText({ max: 20 })
    .default(defaultOverlap)
    .refine((text) => isOverlap(parseDurationMs(text)), {
      error: 'must be an ISO 8601 duration of at most 7 days, such as PT24H',
    })
    .openapi({ description, example: 'PT24H' });
}

function isOverlap(durationMs: number | null): boolean {
  return durationMs !== null && durationMs <= longestOverlapMs;
}
