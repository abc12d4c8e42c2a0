import { join } from 'node:path';
import type { Config } from './config/config.ts';
import type { Codec, Trunk } from './domain/calls/trunk.ts';
import type { BuiltInWords } from './domain/prompts/built-in-words.ts';
import { systemClock } from './lib/clock.ts';
import { createEspeakSynthesiser } from './speech/espeak-synthesiser.ts';
import { loadBuiltInWords } from './speech/load-built-in-words.ts';
import { createRenditionCache, type RenditionCache } from './speech/rendition-cache.ts';
import { createSilence } from './speech/silence.ts';
import { createTranscoder } from './speech/transcode.ts';

/** All that turns words into sounds, for every codec that a trunk speaks. */
export interface Speech {
  words: BuiltInWords;
  renditionsFor: (codec: Codec) => RenditionCache;
  silenceSounds: (durationMs: number) => string[];
  /** Whether there is a voice for the language. */
  speaks: (language: string) => boolean;
  /** A sound that is surely there, for proving that Asterisk can read it. */
  probeSound: string;
}

export async function openSpeech(
  config: Config,
  trunks: readonly Trunk[],
  stack: AsyncDisposableStack,
): Promise<Speech> {
  const { dataDir } = config;
  const synthesiser = await createEspeakSynthesiser();
  const transcode = createTranscoder({ program: config.ffmpegBin });
  const codecs = new Set(trunks.map((trunk) => trunk.codec));
  const caches = new Map<Codec, RenditionCache>();
  for (const codec of codecs) {
    const cache = createRenditionCache({ dataDir, clock: systemClock, codec, synthesiser, transcode });
    stack.defer(() => cache.close());
    caches.set(codec, cache);
    await createSilence({ dataDir, codec }).ensureSilence();
  }
  // One codec's silence serves all trunks: Asterisk translates it for the others.
  const silence = createSilence({ dataDir, codec: trunks[0]?.codec ?? 'alaw' });
  return {
    words: await loadBuiltInWords(join(import.meta.dirname, '..', 'prompts')),
    renditionsFor(codec) {
      const cache = caches.get(codec);
      if (!cache) throw new RangeError(`no trunk speaks ${codec}`);
      return cache;
    },
    silenceSounds: (durationMs) => silence.silenceSounds(durationMs),
    speaks: (language) => synthesiser.voiceOf(language) !== null,
    probeSound: silence.silenceSounds(100)[0] ?? '',
  };
}
