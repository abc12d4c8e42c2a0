import type { CallingHoursRequest } from '../calls/calling-hours-schema.ts';
import type { SpokenPart } from '../prompts/spoken-part.ts';

/** What passes between the engine and whoever joins two people for it. */

/**
 * How a transfer ended:
 * - `talked`: they were joined, and the other one hung up;
 * - `busy`: engaged, or declined by hand;
 * - `no_answer`: nobody took it within `max_wait`, or as long as it may ring;
 * - `closed`: it is not the time at which the other one may be called;
 * - `failed`: it could not be dialled, or not be reached;
 * - `caller_hung_up`: the person was gone first, be it before they were joined or during the talk;
 * - `abandoned`: the person pressed the opt-out key while they waited;
 * - `lost`: after a crash nothing of it was to be found.
 */
export const transferResults = [
  'talked',
  'busy',
  'no_answer',
  'closed',
  'failed',
  'caller_hung_up',
  'abandoned',
  'lost',
] as const;
export type TransferResult = (typeof transferResults)[number];

/** Whom to call, and what they hear first. */
export interface TransferTarget {
  /** E.164. */
  to: string;
  /** When they may be called, as far as the flow says so. */
  hours: CallingHoursRequest;
  whisper: SpokenPart[];
}

/** What a session keeps of a transfer that has not ended. */
export interface SessionTransfer {
  transferId: string;
  /** When the person began to wait. */
  since: number;
  /** When they have waited for long enough. */
  until: number;
  /** Since when they talk; null while they wait. */
  joinedAt: number | null;
}

/** A transfer that has ended, as the engine knows of it. */
export interface TransferEnding {
  transferId: string;
  step: string;
  /** E.164. */
  to: string;
  result: TransferResult;
  waitedMs: number;
  /** 0 where they were never joined. */
  talkedMs: number;
  at: number;
}
