import { parseDurationMs } from '../../lib/duration.ts';
import type { Attempt, Call } from './call.ts';

/**
 * How often a person's phone may ring for us: at most `most` times in any period of `periodMs`, over all campaigns and calls without one, retries
 * included. Rings are counted because they are what a person notices: an attempt that died in a trunk, or found the phone switched off,
 * disturbed nobody. Where it cannot be known whether the phone rang, it did.
 */
export interface FrequencyCap {
  readonly most: number;
  readonly periodMs: number;
}

/** What `blocked_by` says of a call that the cap forbids. */
export const blockedByCap = 'frequency_cap';

const shortestPeriodMs = 60_000;
/** As long as calls are looked back on for it. */
const longestPeriodMs = 366 * 24 * 3_600_000;

/** Reads `3/P7D`: three rings in seven days. Null where it is no cap. */
export function parseFrequencyCap(text: string): FrequencyCap | null {
  const match = /^([1-9]\d{0,3})\/(P\S+)$/.exec(text);
  const periodMs = parseDurationMs(match?.[2] ?? '');
  if (match?.[1] === undefined || periodMs === null) return null;
  if (periodMs < shortestPeriodMs || periodMs > longestPeriodMs) return null;
  return { most: Number(match[1]), periodMs };
}

/** The cap that binds a call, or null. */
export function capThatBinds(call: Pick<Call, 'purpose'>, cap: FrequencyCap | null): FrequencyCap | null {
  return call.purpose === 'emergency' ? null : cap;
}

/**
 * The first instant from `at` on at which the phone may ring once more.
 *
 * @param rangAt instants at which it rang before
 */
export function fitsFrom(
  { most, periodMs }: FrequencyCap,
  { rangAt, at }: { rangAt: readonly number[]; at: number },
): number {
  const recent = rangAt.filter((each) => each > at - periodMs).toSorted((one, other) => one - other);
  const inTheWay = recent[recent.length - most];
  return inTheWay === undefined ? at : inTheWay + periodMs;
}

/** Whether the attempt made the phone ring, or may have. The ledger on PostgreSQL says the same in SQL (`src/db/rings.ts`). */
export function mayHaveRung({
  ringingAt,
  answeredAt,
  ended,
}: Pick<Attempt, 'ringingAt' | 'answeredAt' | 'ended'>): boolean {
  if (ringingAt !== null || answeredAt !== null || ended === null) return true;
  const { reason } = ended.verdict;
  return reason === 'no_answer' || reason === 'rejected' || reason === 'lost';
}
