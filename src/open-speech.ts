import { join } from 'node:path';
import type { Config } from './config/config.ts';
import type { Codec, Trunk } from './domain/calls/trunk.ts';
import type { SpokenPart } from './domain/prompts/spoken-part.ts';
import type { BuiltInWords } from './domain/prompts/built-in-words.ts';
import { assert } from './lib/assert.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { openVoices } from './open-voices.ts';
import { createDiskRoom, type DiskRoom } from './speech/disk-room.ts';
import { rateOf } from './speech/codec.ts';
import { findFfmpeg } from './speech/find-ffmpeg.ts';
import { loadBuiltInWords } from './speech/load-built-in-words.ts';
import { readRendition } from './speech/read-rendition.ts';
import { createRecordings, type Recordings } from './speech/recordings.ts';
import { createRenditionCache, type RenditionCache } from './speech/rendition-cache.ts';
import { createRenditionStore } from './speech/rendition-store.ts';
import { createSilence } from './speech/silence.ts';
import { voiceIn } from './speech/sound-path.ts';
import { createSoundShaper } from './speech/sound-shaper.ts';
import { speakNumerals } from './speech/speak-numerals.ts';
import { sweepRenditions, type Sweep } from './speech/sweep-renditions.ts';
import type { Synthesiser } from './speech/synthesiser.ts';
import { createTranscoder } from './speech/transcode.ts';
import type { PromptSounds } from './workflows/describe-prompt.ts';

/** All that turns words into sounds, for every codec that a trunk speaks. */
export interface Speech {
  words: BuiltInWords;
  renditionsFor: (codec: Codec) => RenditionCache;
  silenceSounds: (durationMs: number) => string[];
  recordings: Recordings;
  /** Of the codec that the first trunk speaks: sounds last equally long in all, and sound alike. */
  sounds: PromptSounds;
  /** Whether there is a voice for the language. */
  speaks: (language: string) => boolean;
  /** How long the part's sound is, where it was used lately; milliseconds. No disk is touched. */
  knownDurationMs: (part: SpokenPart) => number | null;
  /** A sound that is surely there, for proving that Asterisk can read it. */
  probeSound: string;
  room: DiskRoom;
  /** Removes sounds that nobody needs any more. */
  sweep: () => Promise<Sweep>;
  /** Sounds that are being made or looked for. */
  waiting: () => number;
}

export async function openSpeech(
  options: { config: Config; trunks: readonly Trunk[]; log: Log; onMade: (voice: string) => void },
  stack: AsyncDisposableStack,
): Promise<Speech> {
  const { config, trunks, log, onMade } = options;
  const { dataDir } = config;
  const clock = systemClock;
  const words = await loadBuiltInWords(join(import.meta.dirname, '..', 'prompts'));
  const voices = (await openVoices(config.speech, stack)).map((voice) => speakNumerals(voice, words));
  const room = createDiskRoom({ dataDir, clock, leastFreeBytes: config.speech.leastFreeBytes });
  await room.look();
  const ffmpeg = config.ffmpegBin ?? (await findFfmpeg());
  const shaper = createSoundShaper({ program: ffmpeg });
  stack.defer(() => shaper.close());
  const makers = { voices, shaper, program: ffmpeg };
  const store = createRenditionStore({ clock, room });
  const caches = new Map<Codec, RenditionCache>();
  for (const codec of new Set(trunks.map((trunk) => trunk.codec))) {
    const transcode = createTranscoder({ program: ffmpeg, rateHz: rateOf(codec) });
    const cache = createRenditionCache({
      ...{ ...makers, transcode },
      ...{ dataDir, clock, codec, store, log, onMade },
    });
    stack.defer(() => cache.close());
    caches.set(codec, cache);
  }
  const silence = createSilence({ dataDir, codecs: [...caches.keys()] });
  await silence.ensureSilence();
  const firstCodec = trunks[0]?.codec ?? 'alaw';
  const firstCache = caches.get(firstCodec);
  assert(firstCache, 'there is a trunk');
  return {
    words,
    renditionsFor(codec) {
      const cache = caches.get(codec);
      if (!cache) throw new RangeError(`no trunk speaks ${codec}`);
      return cache;
    },
    silenceSounds: (durationMs) => silence.silenceSounds(durationMs),
    recordings: createRecordings({ dataDir, program: ffmpeg, room }),
    sounds: soundsOf({ dataDir, codec: firstCodec, program: ffmpeg }, firstCache),
    speaks: (language) => isSpoken(voices, language),
    knownDurationMs(part) {
      // Which version of a prompt a call speaks is settled when it is made ready.
      if (part.kind === 'prompt' || part.kind === 'own_words') return null;
      for (const cache of caches.values()) {
        const known = cache.known(part);
        if (known !== null) return known.durationMs;
      }
      return null;
    },
    probeSound: silence.silenceSounds(100)[0] ?? '',
    room,
    sweep: () => sweepRenditions({ dataDir, clock }, config.speech.mostBytes),
    waiting: () => caches.values().reduce((sum, cache) => sum + cache.waiting, 0),
  };
}

function isSpoken(voices: readonly Synthesiser[], language: string): boolean {
  return voices.some((voice) => voice.voiceOf(language) !== null);
}

function soundsOf(
  place: { dataDir: string; codec: Codec; program: string },
  cache: RenditionCache,
): PromptSounds {
  return {
    renditionOf: (part, signal) => cache.renditionOf(part, signal),
    samplesOf: ({ sound }) => readRendition(sound, place),
    voiceIn: ({ sound }) => voiceIn(sound),
    rateHz: rateOf(place.codec),
  };
}
