import { spokenPartKey, type SpokenPart } from '../../src/domain/prompts/spoken-part.ts';
import type { Rendition, RenditionCache } from '../../src/speech/rendition-cache.ts';
import { PromptUnavailable } from '../../src/speech/speech-fault.ts';

const msPerLetter = 60;

/**
 * Sounds whose names are what they say, and that last as long as their text is: no voice is needed, and whoever hears one knows which it is.
 */
export class TextRenditions implements Pick<RenditionCache, 'renderAll'> {
  readonly #unspeakable: string;

  /** @param unspeakable no text with this in it can be made into sound */
  constructor(unspeakable: string) {
    this.#unspeakable = unspeakable;
  }

  renderAll(parts: readonly SpokenPart[]): Promise<ReadonlyMap<string, Rendition>> {
    const refused = parts.find((part) => part.kind === 'text' && part.text.includes(this.#unspeakable));
    if (refused) return Promise.reject(new PromptUnavailable(refused, new Error('nobody can say this')));
    return Promise.resolve(new Map(parts.map((part) => [spokenPartKey(part), renditionOf(part)])));
  }
}

/** How long a sound of that name is, in milliseconds. */
export function textSoundMs(sound: string): number {
  const pause = /^pause:(\d+)$/.exec(sound);
  return pause ? Number(pause[1]) : (sound.length - sound.indexOf(':') - 1) * msPerLetter;
}

function renditionOf(part: SpokenPart): Rendition {
  const sound = spokenPartKey(part);
  return { sound, durationMs: textSoundMs(sound) };
}
