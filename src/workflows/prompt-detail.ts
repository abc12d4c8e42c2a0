import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import { isRecorded, voiceIn } from '../speech/sound-path.ts';
import { renditionFor, type PreparedCall } from './prepared-call.ts';

/** What the timeline has of a prompt. */
export function promptDetail(
  prepared: PreparedCall,
  { promptId, parts }: { promptId: string; parts: readonly SpokenPart[] },
): Record<string, string> {
  const voices = voicesOf(prepared, parts);
  return { prompt_id: promptId, ...(voices === '' ? {} : { voices }) };
}

/**
 * Who speaks these parts, in order: `quiz.q1@2 recording`, `espeak-ng`. What is spoken in one voice after the other is named once; pauses are nobody's.
 */
function voicesOf(prepared: PreparedCall, parts: readonly SpokenPart[]): string {
  const voices = parts.map((part) => voiceOf(prepared, part)).filter((voice) => voice !== null);
  return voices.filter((voice, index) => voice !== voices[index - 1]).join(', ');
}

function voiceOf(prepared: PreparedCall, part: SpokenPart): string | null {
  if (part.kind === 'own_words') return 'own words';
  const { sound, version = null } = renditionFor(prepared.renditions, part);
  const voice = isRecorded(sound) ? 'recording' : voiceIn(sound);
  return voice !== null && part.kind === 'prompt' && version !== null
    ? `${part.id}@${version} ${voice}`
    : voice;
}
