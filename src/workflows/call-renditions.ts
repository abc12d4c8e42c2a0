import { assert } from '../lib/assert.ts';
import type { PromptEra, PromptVersion } from '../domain/prompts/prompt-version.ts';
import {
  spokenPartKey,
  type PromptPart,
  type SoundPart,
  type SpokenPart,
} from '../domain/prompts/spoken-part.ts';
import type { Rendition, RenditionCache } from '../speech/rendition-cache.ts';
import { PromptUnavailable, SpeechFault } from '../speech/speech-fault.ts';
import type { CallRendition } from './prepared-call.ts';
import { promptKey, type PromptLibrary } from './prompt-library.ts';

/** The sounds of all that a call could say, prompts of the library among it. */
export interface CallRenditions {
  /**
   * By `spokenPartKey`.
   *
   * @throws PromptUnavailable for the first part that cannot be had, or the signal's reason
   */
  renderAll(
    parts: readonly SpokenPart[],
    options: { era: PromptEra; signal: AbortSignal; personal: ReadonlySet<string> },
  ): Promise<ReadonlyMap<string, CallRendition>>;
}

export interface CallRenditionDependencies {
  library: Pick<PromptLibrary, 'find'>;
  renditions: Pick<RenditionCache, 'renderAll'>;
}

/** Settles which version of each prompt the call speaks, then has all of it made. */
export function createCallRenditions({ library, renditions }: CallRenditionDependencies): CallRenditions {
  return {
    async renderAll(parts, { era, signal, personal }) {
      const prompts = parts.filter((part) => part.kind === 'prompt');
      const wanted = prompts.map(({ id, language, text }) => ({ id, language, isNeeded: text === null }));
      const versions = await library.find(wanted, era);
      const versionFor = (part: PromptPart): PromptVersion | null => versions.get(promptKey(part)) ?? null;
      const settled = parts.map((part): Settled => ({
        key: spokenPartKey(part),
        sound: part.kind === 'prompt' ? soundOf(part, versionFor(part)) : madeAhead(part),
        version: part.kind === 'prompt' ? (versionFor(part)?.version ?? null) : null,
      }));
      const sounds = await renditions.renderAll(
        settled.map(({ sound }) => sound),
        { signal, personal },
      );
      return new Map(settled.flatMap((each) => pairOf(each, sounds.get(spokenPartKey(each.sound)))));
    },
  };
}

/** A recording, else the words of the library, else those of the gateway. */
export function soundOf(prompt: PromptPart, version: PromptVersion | null): SoundPart {
  const { recording = null, text = null } = version?.content ?? {};
  if (recording !== null) return { kind: 'recording', hash: recording.hash };
  const words = text ?? prompt.text;
  if (words !== null) return { kind: 'text', language: prompt.language, text: words };
  throw new PromptUnavailable(
    prompt,
    new SpeechFault('prompt_missing', 'it is not in the library in this language'),
  );
}

interface Settled {
  key: string;
  sound: SoundPart;
  /** Of a prompt of the library. */
  version: number | null;
}

function pairOf({ key, version }: Settled, rendition: Rendition | undefined): [string, CallRendition][] {
  return rendition === undefined ? [] : [[key, version === null ? rendition : { ...rendition, version }]];
}

/** The phone network keeps what a person says; the engine never asks for it to be made. */
function madeAhead(part: Exclude<SpokenPart, { kind: 'prompt' }>): SoundPart {
  assert(part.kind !== 'own_words', 'what a person says in a call cannot be made ahead');
  return part;
}
