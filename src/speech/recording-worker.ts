import { parentPort } from 'node:worker_threads';

import { assert } from '../lib/assert.ts';
import { encodeSound, rateOf, type Codec } from './codec.ts';
import { faultOfMeasures, measureRecording } from './measure-recording.ts';
import { activeLevelDbfs, shapeSpeech } from './shape-speech.ts';
import { trimRecording } from './trim-recording.ts';

/** A recording at 8 kHz as it was made, and with nothing left but what lines carry: at 8 kHz, and at 16 kHz. */
export interface DecodedRecording {
  plain: Int16Array;
  banded: Int16Array;
  wide: Int16Array;
  /** Name or path of ffmpeg. */
  program: string;
}

export interface ShapedRecording {
  bytes: Record<Codec, Uint8Array>;
  loudnessDbfs: number;
}

/** Why it cannot be used: a sentence's end, with what was measured. */
export interface UnusableRecording {
  detail: string;
}

/** A thread for one recording: ten minutes of samples would hold up every call for a second. */
parentPort?.once('message', (recording: DecodedRecording) => {
  assert(parentPort, 'this runs as a thread');
  const port = parentPort;
  void shaped(recording).then((result) => port.postMessage(result));
});

/** A fault of ffmpeg ends the thread, and whoever waits for it learns that. */
async function shaped(recording: DecodedRecording): Promise<ShapedRecording | UnusableRecording> {
  const { plain, banded, wide, program } = recording;
  const detail = faultOfMeasures(measureRecording(plain));
  if (detail !== null) return { detail };
  const samples = shapeSpeech(trimRecording(banded));
  if (samples === null)
    return { detail: 'has nothing to be heard in it that a telephone carries, which is 200 to 3400 Hz' };
  const wideHz = rateOf('g722');
  const wideSamples = shapeSpeech(trimRecording(wide, wideHz), wideHz) ?? new Int16Array(0);
  const encode = (of: Int16Array, codec: Codec): Promise<Uint8Array> => encodeSound(of, { codec, program });
  const [alaw, ulaw, g722] = await Promise.all([
    encode(samples, 'alaw'),
    encode(samples, 'ulaw'),
    encode(wideSamples, 'g722'),
  ]);
  return { bytes: { alaw, ulaw, g722 }, loudnessDbfs: activeLevelDbfs(samples) };
}
