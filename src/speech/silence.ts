import { join } from 'node:path';

import { assert } from '../lib/assert.ts';
import { bytesPerMs, type Codec } from './codec.ts';
import { encodeG711, isG711 } from './g711.ts';
import { g722Silence } from './g722.ts';
import { storedSound, storeSound } from './store-sound.ts';

/**
 * Silence as sound files. An idle channel sends no RTP, which far ends take for a dead call, so waiting for a key is spoken silence.
 * Any length is put together from the few files below, which are played one after the other.
 */
export interface Silence {
  /** Makes the files that are not there; to be called before the first call. */
  ensureSilence(): Promise<void>;
  /**
   * Sounds that last `durationMs` together, rounded up to a tenth of a second; none for 0. Paths as in a Rendition.
   *
   * @param durationMs at most an hour
   */
  silenceSounds(durationMs: number): string[];
}

/** Every whole second that waits for a key usually last, so that such a wait is one file: each costs Asterisk three events. */
const wholeSecondsMs = Array.from({ length: 20 }, (_, index) => (20 - index) * 1000);
const lengthsMs = [60_000, 30_000, ...wholeSecondsMs, 500, 200, 100];
const longestMs = 3_600_000;

/** One name in all codecs in use: Asterisk takes the file that the phone's codec needs no translation for. */
export function createSilence(options: { dataDir: string; codecs: readonly Codec[] }): Silence {
  const soundOf = (lengthMs: number): string => `renditions/silence/${lengthMs}`;
  return {
    async ensureSilence() {
      for (const codec of options.codecs) {
        for (const lengthMs of lengthsMs) {
          const path = join(options.dataDir, `${soundOf(lengthMs)}.${codec}`);
          const bytes = silenceBytes(lengthMs, codec);
          if ((await storedSound(path))?.bytes !== bytes.length) await storeSound(path, bytes);
        }
      }
    },
    silenceSounds: (durationMs) => silenceLengths(durationMs).map(soundOf),
  };
}

/** Exactly so much silence in the codec, in bytes. */
export function silenceBytes(durationMs: number, codec: Codec): Buffer {
  const bytes = Math.round(durationMs * bytesPerMs);
  return isG711(codec) ? encodeG711(new Int16Array(bytes), codec) : Buffer.alloc(bytes, g722Silence);
}

function silenceLengths(durationMs: number): number[] {
  assert(durationMs >= 0 && durationMs <= longestMs, `silence of ${durationMs} ms is out of bounds`);
  const lengths: number[] = [];
  let restMs = Math.ceil(durationMs / 100) * 100;
  for (const lengthMs of lengthsMs) {
    for (; restMs >= lengthMs; restMs -= lengthMs) lengths.push(lengthMs);
  }
  return lengths;
}
