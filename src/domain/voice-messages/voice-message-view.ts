import { formatDuration } from '../../lib/duration.ts';
import type { VoiceMessage } from './voice-message.ts';

/** A voice message as other people's programs see it. */
export interface VoiceMessageView {
  id: string;
  question: string;
  attempt: number;
  reference_number: string;
  duration: string;
  recorded_at: string;
  /** The prompt that it becomes a version of. */
  prompt: { id: string; language: string } | null;
}

export function viewVoiceMessage(message: VoiceMessage): VoiceMessageView {
  return {
    id: message.id,
    question: message.question,
    attempt: message.attempt,
    reference_number: message.referenceNumber,
    duration: formatDuration(message.durationMs),
    recorded_at: new Date(message.recordedAt).toISOString(),
    prompt: message.prompt,
  };
}
