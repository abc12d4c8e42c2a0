import { afterAllowedTime, type CallingHours } from '../calls/calling-hours.ts';

/** When a campaign will be done, as far as anybody can tell. */
export interface Estimate {
  /** Null where it cannot be told: nothing is known of its speed or of its hours. */
  finishesAt: number | null;
  /** `measured`: at the speed of the last quarter of an hour, retries and talk in it. `configured`: at the pace alone, which is the soonest that it could be. */
  basis: 'measured' | 'configured' | null;
  /** Whether that is before the campaign's end; null where either is unknown. */
  insideWindow: boolean | null;
}

export interface EstimateFacts {
  now: number;
  /** Calls that have not ended. */
  open: number;
  startsAt: number | null;
  endsAt: number | null;
  /** Calls that ended in the span before now. */
  ended: number;
  spanMs: number;
  /** Calls per second that pace and trunks allow. */
  mostPerSecond: number;
  hours: CallingHours | null;
}

/** Fewer than this say nothing about a speed. */
const fewestMeasured = 20;

/** Time in which nobody may be called is no time in which calls end: it is left out. */
export function estimateEnd(facts: EstimateFacts): Estimate {
  const { now, open, hours, endsAt, ended, spanMs } = facts;
  if (open === 0)
    return { finishesAt: now, basis: null, insideWindow: endsAt === null ? null : now <= endsAt };
  const basis = ended >= fewestMeasured ? 'measured' : 'configured';
  const perSecond = basis === 'measured' ? (ended / spanMs) * 1000 : facts.mostPerSecond;
  const workMs = (open / perSecond) * 1000;
  const from = Math.max(now, facts.startsAt ?? now);
  const finishesAt =
    hours === null || !Number.isFinite(workMs) ? null : afterAllowedTime(hours, from, workMs);
  if (finishesAt === null) return { finishesAt, basis: null, insideWindow: null };
  return {
    finishesAt: Math.round(finishesAt),
    basis,
    insideWindow: endsAt === null ? null : finishesAt <= endsAt,
  };
}
