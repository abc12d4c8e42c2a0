import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { DecodedRecording, ShapedRecording, UnusableRecording } from './recording-worker.ts';
import { SpeechFault } from './speech-fault.ts';

type Shaped = ShapedRecording | UnusableRecording;

/**
 * Measures a recording and makes of it what a phone will hear, on a thread of its own.
 *
 * @throws SpeechFault `transcoder_failed` when the thread ended
 */
export async function shapeRecording(recording: DecodedRecording): Promise<Shaped> {
  const worker = new Worker(new URL('recording-worker.ts', import.meta.url));
  try {
    const { plain, banded, wide } = recording;
    const buffers = [plain.buffer, banded.buffer, wide.buffer] as ArrayBuffer[];
    worker.postMessage(recording, buffers);
    const ended = once(worker, 'exit').then(() => null);
    const answered = once(worker, 'message').then(([shaped]: Shaped[]) => shaped ?? null);
    const shaped = await Promise.race([answered, ended]);
    if (shaped !== null) return shaped;
    throw new Error('the thread has ended');
  } catch (cause) {
    throw new SpeechFault('transcoder_failed', 'a recording could not be shaped', { cause });
  } finally {
    await worker.terminate();
  }
}
