import type { LegEvent } from '../telephony/telephony.ts';
import type { TransferMessage } from './joinable-transfer.ts';
import type { TalkingEvent } from './machine-ear.ts';
import type { LookupInput } from './talk.ts';

/** What happens to a talk, in the one order of all that happens to its leg. */
export type LiveTalkMessage =
  | Extract<LegEvent, { type: 'key' | 'prompt_ended' | 'prompt_failed' }>
  | RecordingOver
  | { type: 'timeout'; at: number; timerId: string }
  | LookupInput
  | TalkingEvent
  | TransferMessage
  | { type: 'talk_limit' };

/** Of the person's own words, or of the whole call. */
export type RecordingOver = Extract<LegEvent, { recordingId: string }>;
