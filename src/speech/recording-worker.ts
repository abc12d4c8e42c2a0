import { parentPort } from 'node:worker_threads';

import { assert } from '../lib/assert.ts';
import { encodeG711 } from './g711.ts';
import type { Codec } from './g711.ts';
import { faultOfMeasures, measureRecording } from './measure-recording.ts';
import { activeLevelDbfs, shapeSpeech } from './shape-speech.ts';
import { trimRecording } from './trim-recording.ts';

/** A recording at 8 kHz: as it was made, and with nothing left but what a telephone carries. */
export interface DecodedRecording {
  plain: Int16Array;
  banded: Int16Array;
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
  parentPort.postMessage(shaped(recording));
});

function shaped({ plain, banded }: DecodedRecording): ShapedRecording | UnusableRecording {
  const detail = faultOfMeasures(measureRecording(plain));
  if (detail !== null) return { detail };
  const samples = shapeSpeech(trimRecording(banded));
  if (samples === null)
    return { detail: 'has nothing to be heard in it that a telephone carries, which is 200 to 3400 Hz' };
  return {
    bytes: { alaw: encodeG711(samples, 'alaw'), ulaw: encodeG711(samples, 'ulaw') },
    loudnessDbfs: activeLevelDbfs(samples),
  };
}
