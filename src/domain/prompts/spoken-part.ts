import { unreachable } from '../../lib/assert.ts';

/**
 * One piece of what a phone hears, after all variables are filled in; what the engine says. Which version of a prompt that is, is
 * settled when the call is made ready: a recording where there is one, else its text.
 */
export type SpokenPart = PromptPart | SoundPart | OwnWordsPart;

/**
 * What can be made into sound with nothing else known. A text is spoken by a voice of its language; numbers are several texts, one a
 * fragment that is on disk before the phone rings; a recording was converted when it was uploaded; a pause is silence; a beep says «now you»;
 * music is for whoever waits to be joined to somebody else.
 */
export type SoundPart =
  | TextPart
  | { kind: 'recording'; hash: string }
  | { kind: 'pause'; durationMs: number }
  | { kind: 'beep' }
  | { kind: 'music' };

export interface TextPart {
  kind: 'text';
  language: string;
  text: string;
}

/** A prompt of the library. `text` is what the gateway itself says under this id; null for an id that only the library has. */
export interface PromptPart {
  kind: 'prompt';
  id: string;
  language: string;
  text: string | null;
}

/** What the person said in this very call; the phone network has it. */
export interface OwnWordsPart {
  kind: 'own_words';
  recordingId: string;
  durationMs: number;
}

/** The same string for the same sound: the key under which renditions are looked up during a call. */
export function spokenPartKey(part: SpokenPart): string {
  switch (part.kind) {
    case 'text':
      return `${part.language}:${part.text}`;
    case 'pause':
      return `pause:${part.durationMs}`;
    case 'recording':
      return `recording:${part.hash}`;
    case 'prompt':
      return `prompt:${part.language}:${part.id}`;
    case 'beep':
    case 'music':
      return part.kind;
    case 'own_words':
      return `own_words:${part.recordingId}`;
    default:
      return unreachable(part);
  }
}
