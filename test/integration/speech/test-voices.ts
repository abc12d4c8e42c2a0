import type { Clock } from '../../../src/lib/clock.ts';
import { createDiskRoom } from '../../../src/speech/disk-room.ts';
import { encodeSound, rateOf } from '../../../src/speech/codec.ts';
import { createRenditionStore, type RenditionStore } from '../../../src/speech/rendition-store.ts';
import { shapeSpeech } from '../../../src/speech/shape-speech.ts';
import type { SoundShaper } from '../../../src/speech/sound-shaper.ts';
import type { Synthesiser, VoiceName } from '../../../src/speech/synthesiser.ts';

export interface CountingVoice extends Synthesiser {
  spoken: string[];
  isAvailable: boolean;
  /** What it does instead of speaking. */
  fault: Error | null;
}

/** A voice that says 300 ms of a steady tone in all languages but `xx`, and counts how often it was asked. */
export function countingVoice(name: VoiceName = 'espeak-ng'): CountingVoice {
  const voice: CountingVoice = {
    name,
    spoken: [],
    isAvailable: true,
    fault: null,
    voiceOf: (language) => (language === 'xx' ? null : `${name} 1 ${language}`),
    speak(speech) {
      voice.spoken.push(speech.text);
      return voice.fault ? Promise.reject(voice.fault) : Promise.resolve(Buffer.from(speech.text));
    },
  };
  return voice;
}

/** Stands for ffmpeg: 300 ms of a tone, whatever it is given. */
export const steadyTone = (): Promise<Int16Array> =>
  Promise.resolve(Int16Array.from({ length: 2400 }, (_, index) => (index % 20 < 10 ? 3000 : -3000)));

/** As the thread does it, without the thread. */
export const inlineShaper: Pick<SoundShaper, 'shape'> = {
  shape({ samples }, codec) {
    const shaped = shapeSpeech(samples, rateOf(codec));
    return shaped === null ? Promise.resolve(null) : encodeSound(shaped, { codec, program: 'ffmpeg' });
  },
};

/** Of a disk that is never full. */
export function roomyStore(dataDir: string, clock: Clock): RenditionStore {
  return createRenditionStore({ clock, room: createDiskRoom({ dataDir, clock, leastFreeBytes: 0 }) });
}
