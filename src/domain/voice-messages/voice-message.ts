import type { CallId, VoiceMessageId } from '../ids.ts';
import type { PersonHash } from '../calls/call.ts';
import type { PromptName } from '../prompts/library.ts';

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
  /** The prompt of the library that it becomes a version of; null for what somebody said to us. */
  readonly prompt: PromptName | null;
}

/**
 * What became of a message that is for the library. `refused`: it cannot be spoken on phones, for a reason that nobody saw in the call.
 */
export type KeptPrompt =
  { state: 'waiting' } | { state: 'kept'; version: number } | { state: 'refused'; detail: string };

/** The same with whose it is, as it is on record. */
export interface StoredVoiceMessage extends VoiceMessage {
  /** Null where it is not for the library. */
  readonly kept: KeptPrompt | null;
  readonly callId: CallId;
  readonly person: PersonHash;
  readonly fromMasked: string;
  readonly language: string;
  readonly flow: { readonly id: string; readonly version: number };
  readonly reference: string | null;
}
