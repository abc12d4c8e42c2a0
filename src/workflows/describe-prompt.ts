import type { PromptVersion } from '../domain/prompts/prompt-version.ts';
import type { SoundPart } from '../domain/prompts/spoken-part.ts';
import type { Rendition, RenditionCache } from '../speech/rendition-cache.ts';
import { activeLevelDbfs } from '../speech/shape-speech.ts';
import { SpeechFault } from '../speech/speech-fault.ts';
import type { PromptSound, PromptView } from './prompt-use-cases.ts';

/** The sounds of single parts, in one of the codecs that trunks speak: they last equally long in all. */
export interface PromptSounds {
  renditionOf: RenditionCache['renditionOf'];
  /** As a phone hears it, 16 bit. */
  samplesOf(rendition: Rendition): Promise<Int16Array>;
  /** Who speaks in it; null for a recording. */
  voiceIn(rendition: Rendition): string | null;
  /** Samples a second: 8,000, or 16,000 of a trunk that speaks wideband. */
  readonly rateHz: number;
}

export interface DescribePromptDependencies {
  sounds: PromptSounds;
}

/** A voice of a service may take its time, and whoever asks can ask again. */
const patienceMs = 3_000;

/** A version with its sound, as far as it is made or can be made while somebody waits. */
export async function describePrompt(
  deps: DescribePromptDependencies,
  prompt: PromptVersion,
): Promise<PromptView> {
  return { ...prompt, sound: await describeSound(deps, prompt) };
}

/** What a call speaks for this version. */
export function soundPartOf({ content, language }: PromptVersion): SoundPart {
  if (content.recording) return { kind: 'recording', hash: content.recording.hash };
  return { kind: 'text', language, text: content.text ?? '' };
}

async function describeSound(
  { sounds }: DescribePromptDependencies,
  prompt: PromptVersion,
): Promise<PromptSound> {
  const { recording } = prompt.content;
  const limit = AbortSignal.timeout(patienceMs);
  try {
    const rendition = await sounds.renditionOf(soundPartOf(prompt), limit);
    const loudnessDbfs =
      recording?.loudnessDbfs ?? activeLevelDbfs(await sounds.samplesOf(rendition), sounds.rateHz);
    return {
      state: 'ready',
      voice: sounds.voiceIn(rendition),
      durationMs: rendition.durationMs,
      loudnessDbfs,
    };
  } catch (error) {
    if (limit.aborted) return { state: 'preparing' };
    if (error instanceof SpeechFault) return { state: 'failed', detail: error.message };
    throw error;
  }
}
