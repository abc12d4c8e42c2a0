import type { Attempt } from '../calls/call.ts';

/** What an attempt shows of its trunk. */
export type TrunkSign =
  /** It rang, was answered, or the far end said something of the person. */
  | { sign: 'came_through'; at: number }
  /** Before anything rang: 503 and its like, no reply at all, or another technical cause. */
  | {
      sign: 'refused_for_room' | 'met_silence' | 'failed';
      /** When it was claimed, and with it its instant at the pace of then. */
      claimedAt: number;
      sentAt: number;
      at: number;
    };

/** Null while it shows nothing yet, and where only we are to blame, or nobody knows. */
export function trunkSignOf(attempt: Attempt): TrunkSign | null {
  const provenAt = attempt.ringingAt ?? attempt.answeredAt;
  if (provenAt !== null) return { sign: 'came_through', at: provenAt };
  if (attempt.ended === null) return null;
  const { at, verdict } = attempt.ended;
  const sent = { claimedAt: attempt.startedAt, sentAt: attempt.sendAt, at };
  switch (verdict.fault) {
    case 'callee':
    case 'none':
      // whom we cancelled before anything came back was not heard of
      return verdict.reason === 'cancelled' ? null : { sign: 'came_through', at };
    case 'configuration':
      return { sign: 'failed', ...sent };
    case 'carrier':
      if (verdict.reason === 'congestion') return { sign: 'refused_for_room', ...sent };
      // our own limit ended it, or 408 after 32 s of none
      return verdict.sipCode === null || verdict.sipCode === 408
        ? { sign: 'met_silence', ...sent }
        : { sign: 'failed', ...sent };
    case 'gateway':
    case 'unknown':
      return null;
  }
}
