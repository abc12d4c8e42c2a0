import type { CallId, VoiceMessageId } from '../ids.ts';
import type { PersonHash } from '../calls/call.ts';

/** What somebody said in answer to a question; its sound is kept under its id. */
export interface VoiceMessage {
  readonly id: VoiceMessageId;
  readonly question: string;
  /** Number of the attempt in which it was recorded. */
  readonly attempt: number;
  /** Read to the person, who may ask about it. */
  readonly referenceNumber: string;
  readonly durationMs: number;
  readonly recordedAt: number;
}

/** The same with whose it is, as it is on record. */
export interface StoredVoiceMessage extends VoiceMessage {
  readonly callId: CallId;
  readonly person: PersonHash;
  readonly fromMasked: string;
  readonly language: string;
  readonly flow: { readonly id: string; readonly version: number };
  readonly reference: string | null;
}
