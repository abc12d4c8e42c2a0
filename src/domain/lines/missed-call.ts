import type { PersonHash } from '../calls/call.ts';
import type { AttemptId, CallId, MissedCallId } from '../ids.ts';
import type { Caller } from './caller.ts';
import { isOpen } from './line-hours.ts';
import type { CallBack, Line, LineNumber } from './line.ts';

/** Somebody called a line of ours and was not answered: what is on record of it. */
export interface MissedCall {
  readonly id: MissedCallId;
  /** Follows from what the network called it, so that it is kept once, whoever hears of it. */
  readonly leg: string;
  readonly line: LineNumber;
  readonly caller: Caller['kind'];
  /** Null where there is no number. */
  readonly person: PersonHash | null;
  readonly trunk: string;
  readonly receivedAt: number;
  /** The call that this one repeats: of the same person to the same line, a short time before. */
  readonly duplicateOf: MissedCallId | null;
  /** The opt-out by which nothing followed from it. */
  readonly blockedBy: string | null;
  readonly callBack: CallBackState;
}

/**
 *     none
 *     due ──► placed            a call of its own
 *      ├────► joined            the person is being called back already
 *      └────► dropped           it cannot be made, and why
 */
export type CallBackState =
  | { readonly state: 'none' }
  | { readonly state: 'due'; readonly at: number }
  | { readonly state: 'placed' | 'joined'; readonly callId: CallId }
  | { readonly state: 'dropped'; readonly problem: string };

/** A missed call as it comes to be recorded, by whichever way. */
export interface ReceivedMissedCall {
  readonly leg: AttemptId;
  readonly line: Line;
  readonly caller: Caller;
  /** The hash of the caller's number; null where there is none. */
  readonly person: PersonHash | null;
  readonly trunk: string;
  readonly receivedAt: number;
}

const usualDelayMs = 20_000;
const usualDebounceMs = 5 * 60_000;

/** What a missed call to this line is answered with: also one that was to be answered and could not be, but for the hour. */
export function callBackOf(line: Line, receivedAt: number): CallBack | null {
  if (line.mode === 'missed_call') return line.callBack;
  if (line.full !== 'call_back' || !isOpen(line, receivedAt)) return null;
  return { flow: line.flow, language: line.language, delayMs: usualDelayMs };
}

export function debounceOf(line: Line): number {
  return line.mode === 'missed_call' ? line.debounceMs : usualDebounceMs;
}
