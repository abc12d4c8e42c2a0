import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

import { assert } from '../lib/assert.ts';
import { encodeG711, type Codec } from './g711.ts';
import { resample } from './resample.ts';
import { shapeSpeech } from './shape-speech.ts';
import { sampleRateHz } from './transcode.ts';
import type { Samples } from './wav.ts';

export interface ShapeJob extends Samples {
  id: number;
  codec: Codec;
}

export interface ShapedSound {
  id: number;
  /** Null when there is nothing to be heard in it. */
  bytes: Uint8Array | null;
}

/** The thread that sounds are shaped in: 10 ms of computing a sentence, which would otherwise hold up every key that is pressed meanwhile. */
assert(parentPort, 'this is a thread of its own');
const port = parentPort;
yieldToCalls();
port.on('message', (job: ShapeJob) => {
  const samples = job.rateHz === sampleRateHz ? job.samples : resample(job);
  const shaped = shapeSpeech(samples);
  const bytes = shaped === null ? null : new Uint8Array(encodeG711(shaped, job.codec));
  port.postMessage({ id: job.id, bytes } satisfies ShapedSound, bytes === null ? [] : [bytes.buffer]);
});

/** On Linux a thread has a priority of its own; elsewhere it would be that of the whole process. */
function yieldToCalls(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(10);
  } catch {
    // a sandbox that forbids it: it is slower company for the calls, no more
  }
}
