import type { PersonHash } from '../domain/calls/call.ts';
import type { CallId, MissedCallId } from '../domain/ids.ts';
import type { MissedCall, ReceivedMissedCall } from '../domain/lines/missed-call.ts';
import type { LineNumber } from '../domain/lines/line.ts';

/**
 * Where missed calls are kept, as the workflows see it. Implemented on PostgreSQL in this folder, and in memory, deterministic, in
 * `test/support`; one contract suite runs on both. Everything throws LedgerUnavailable when the database cannot be reached.
 */
export interface MissedCalls {
  /**
   * Keeps each once, by its leg, with all that follows at once: opt-ins, opt-outs, events and their deliveries. Two gateways that record calls of
   * one caller do it one after the other. Resolves those that were not on record before.
   */
  record(received: readonly ReceivedMissedCall[], now: number): Promise<MissedCall[]>;
  /**
   * Call-backs that are to be placed, oldest first, one a person and line: whoever takes them has `leaseMs` to settle them, and no one else gets one of
   * that person and line meanwhile.
   */
  takeCallBacks(request: { now: number; leaseMs: number; limit: number }): Promise<CallBackToPlace[]>;
  /** What became of one that was taken: all that is due of this person and line is settled with it, as `joined` where it was placed. */
  settleCallBack(id: MissedCallId, settled: CallBackSettled): Promise<void>;
  /** Newest first, by id. */
  list(filter: MissedCallFilter): Promise<ReadMissedCall[]>;
}

export interface CallBackToPlace {
  missedCall: MissedCall & { readonly person: PersonHash };
  /** When it is wanted. */
  at: number;
  /** Null where it was erased. */
  number: string | null;
  /** A call-back of this person and line that has not ended. */
  openCall: CallId | null;
  /** In which the person was spoken to last; null where that never was. */
  lastLanguage: string | null;
}

export type CallBackSettled =
  { state: 'placed' | 'joined'; callId: CallId } | { state: 'dropped'; problem: string };

export interface MissedCallFilter {
  line?: LineNumber;
  /** From this instant on. */
  since?: number;
  before?: MissedCallId;
  limit: number;
}

/** With the clear number beside it, for those who may see it; null where there is none, or it was erased. */
export interface ReadMissedCall {
  missedCall: MissedCall;
  number: string | null;
}
