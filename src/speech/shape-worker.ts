import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

import { assert } from '../lib/assert.ts';
import { encodeSound, rateOf, type Codec } from './codec.ts';
import { resample } from './resample.ts';
import { shapeSpeech } from './shape-speech.ts';
import { SpeechFault, type SpeechFaultCode } from './speech-fault.ts';
import type { Samples } from './wav.ts';

export interface ShapeJob extends Samples {
  id: number;
  codec: Codec;
  /** Name or path of ffmpeg, for the codec that is not made here. */
  program: string;
}

export interface ShapedSound {
  id: number;
  /** Null when there is nothing to be heard in it. */
  bytes: Uint8Array | null;
  /** Why it could not be made. */
  fault: { code: SpeechFaultCode; message: string } | null;
}

/** The thread that sounds are shaped in: 10 ms of computing a sentence, which would otherwise hold up every key that is pressed meanwhile. */
assert(parentPort, 'this is a thread of its own');
const port = parentPort;
yieldToCalls();
port.on('message', (job: ShapeJob) => {
  void shape(job).then((shaped) => port.postMessage(shaped));
});

async function shape(job: ShapeJob): Promise<ShapedSound> {
  const { id, codec, program } = job;
  const rateHz = rateOf(codec);
  const samples = job.rateHz === rateHz ? job.samples : resample(job, rateHz);
  const shaped = shapeSpeech(samples, rateHz);
  if (shaped === null) return { id, bytes: null, fault: null };
  try {
    return { id, bytes: await encodeSound(shaped, { codec, program }), fault: null };
  } catch (error) {
    const code = error instanceof SpeechFault ? error.code : 'transcoder_failed';
    return { id, bytes: null, fault: { code, message: String(error) } };
  }
}

/** On Linux a thread has a priority of its own; elsewhere it would be that of the whole process. */
function yieldToCalls(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(10);
  } catch {
    // a sandbox that forbids it: it is slower company for the calls, no more
  }
}
