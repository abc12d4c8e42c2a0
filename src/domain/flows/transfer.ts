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

/** In E.164: the number of one phone, called once; or a queue of agents, called one after the other until somebody comes. */
export type TransferTo = string | readonly string[];

/** Whom to call, and what they hear first. */
export interface TransferTarget {
  to: TransferTo;
  /** How long each phone may ring; null for as long as its trunk lets phones ring. */
  ringTimeMs: number | null;
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
  to: TransferTo;
  result: TransferResult;
  waitedMs: number;
  /** 0 where they were never joined. */
  talkedMs: number;
  at: number;
}
