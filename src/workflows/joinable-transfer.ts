import type { Purpose } from '../domain/calls/call.ts';
import type { CallingHoursRequest } from '../domain/calls/calling-hours-schema.ts';
import type { LastTransfer } from '../db/ledger.ts';
import type { VerdictReason } from '../domain/calls/verdict.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { AttemptId, CallId } from '../domain/ids.ts';
import type { LegId, LiveLeg, PromptSound } from '../telephony/telephony.ts';

/** What becomes of a transfer, brought into the one order of all that happens to the person's call. */
export type TransferMessage =
  /** The other one is there, and has heard the whisper. */
  | { type: 'transfer_ready'; at: number; transferId: string }
  | { type: 'transfer_over'; at: number; transferId: string; result: TransferResult };

export interface TransferStart {
  transferId: string;
  callId: CallId;
  purpose: Purpose;
  person: LegId;
  /** E.164. */
  number: string;
  /** One of a queue of agents: see `WantedTransfer`. */
  isAgent: boolean;
  ringTimeMs: number | null;
  /** When they may be called, as far as the flow says so. */
  hours: CallingHoursRequest;
  /** What the other one hears first. */
  whisper: readonly PromptSound[];
  /** When the person has waited for long enough. */
  until: number;
  /** When the person's own talk ends at the latest. */
  talkUntil: number;
  post: (message: TransferMessage) => void;
}

/** A leg that is on record; `legs` is null where nobody could look how many were called. */
export type KeptLeg = Pick<LastTransfer, 'leg' | 'trunk' | 'callee' | 'startedAt'> & {
  legs: number | null;
};

/** One that is there. */
export interface FoundLeg extends KeptLeg {
  state: LiveLeg['state'];
}

/** Somebody who is called for a person, be it one phone or one of several after the other. */
export interface JoinableTransfer {
  readonly transferId: string;
  /** E.164: who is joined or called, or else was called last; null for nobody. */
  readonly to: string | null;
  /** Of the same: null before they are dialled. */
  readonly leg: AttemptId | null;
  readonly trunk: string | null;
  readonly reason: VerdictReason | null;
  readonly dialled: boolean;
  /** How often somebody was called; null where that is not known. */
  readonly phonesCalled: number | null;
  readonly isOver: boolean;
  /** The leg that it has, as it is on record; null where it has none. */
  readonly kept: KeptLeg | null;
  wasDialledBefore(instant: number): boolean;
  call(): void;
  adopt(found: FoundLeg, isJoined: boolean): void;
  join(): Promise<void>;
  end(): void;
  release(): void;
}
