import { spokenPartKey, type SpokenPart } from '../../src/domain/prompts/spoken-part.ts';
import type { CallRenditions } from '../../src/workflows/call-renditions.ts';
import type { Rendition } from '../../src/speech/rendition-cache.ts';
import { PromptUnavailable } from '../../src/speech/speech-fault.ts';

const msPerLetter = 60;

/**
 * Sounds whose names are what they say, and that last as long as their text is: no voice is needed, and whoever hears one knows which it is.
 */
export class TextRenditions implements CallRenditions {
  readonly #unspeakable: string;

  /** @param unspeakable no text with this in it can be made into sound */
  constructor(unspeakable: string) {
    this.#unspeakable = unspeakable;
  }

  renderAll(parts: readonly SpokenPart[]): Promise<ReadonlyMap<string, Rendition>> {
    const refused = parts.find((part) => soundOf(part).includes(this.#unspeakable));
    if (refused) return Promise.reject(unspeakable(refused));
    return Promise.resolve(new Map(parts.map((part) => [spokenPartKey(part), renditionOf(part)])));
  }
}

/** How long a sound of that name is, in milliseconds. */
const musicMs = 9_600;

export function textSoundMs(sound: string): number {
  if (sound === 'music') return musicMs;
  const pause = /^pause:(\d+)$/.exec(sound);
  return pause ? Number(pause[1]) : (sound.length - sound.indexOf(':') - 1) * msPerLetter;
}

/** A prompt with words of the gateway's sounds as they do. */
function soundOf(part: SpokenPart): string {
  return part.kind === 'prompt' && part.text !== null ? `${part.language}:${part.text}` : spokenPartKey(part);
}

function renditionOf(part: SpokenPart): Rendition {
  const sound = soundOf(part);
  return { sound, durationMs: textSoundMs(sound) };
}

function unspeakable(part: SpokenPart): PromptUnavailable {
  const text = { kind: 'text', language: 'en', text: soundOf(part) } as const;
  return new PromptUnavailable(text, new Error('nobody can say this'));
}
