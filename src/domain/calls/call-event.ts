import type { CallId, EventId } from '../ids.ts';
import type { VoiceMessage } from '../voice-messages/voice-message.ts';
import type { CallResponse } from './call.ts';
import type { EndedTransfer } from './ended-transfer.ts';

/** What is reported about a call, in the words of the contract. */
export const callEventTypes = [
  'call.queued',
  'call.attempt_started',
  'call.ringing',
  'call.answered',
  'call.response_recorded',
  'call.attempt_ended',
  'call.ended',
  'opt_in.recorded',
  'opt_out.recorded',
  'voice_message.recorded',
  'transfer.ended',
  'call_back.requested',
] as const;
export type CallEventType = (typeof callEventTypes)[number];

/** A fact about a call before it has a place in the call's order: what happened, and to which attempt or response. */
export type CallFact =
  | { type: 'call.queued' }
  | { type: 'call.attempt_started'; attempt: number }
  | { type: 'call.ringing'; attempt: number }
  | { type: 'call.answered'; attempt: number }
  | { type: 'call.response_recorded'; response: CallResponse }
  | { type: 'call.attempt_ended'; attempt: number; nextAttemptAt: number | null }
  | { type: 'call.ended' }
  /** The consent that it is. */
  | { type: 'opt_in.recorded'; list: string; response: CallResponse }
  | { type: 'opt_out.recorded'; scope: string; confirmedBy: 'key' }
  | { type: 'voice_message.recorded'; message: VoiceMessage }
  | { type: 'transfer.ended'; transfer: EndedTransfer }
  /** The answer by which a person asked to be called by a person. */
  | { type: 'call_back.requested'; response: CallResponse };

/** An event as it is stored and sent: `body` is the very text of the webhook, the same on every try. */
export interface StoredEvent {
  id: EventId;
  type: string;
  /** Null for events that belong to no call. */
  callId: CallId | null;
  sequence: number | null;
  at: number;
  body: string;
}

/** One line of a call's timeline: every event, key press and prompt. */
export interface TimelineEntry {
  at: number;
  type: string;
  attempt: number | null;
  step: string | null;
  key: string | null;
  /** Further facts by name, e.g. what became of the key. */
  detail: Record<string, string | number | boolean | null>;
}
