import { Worker } from 'node:worker_threads';

import type { ShapedSound, ShapeJob } from './shape-worker.ts';
import { SpeechFault } from './speech-fault.ts';
import type { Codec } from './codec.ts';
import type { Samples } from './wav.ts';

/** Makes a phone's sound of a voice's, on threads of its own. */
export interface SoundShaper {
  /**
   * Bytes in the codec, at the level and with the pads of every prompt; null when there is nothing to be heard.
   *
   * @throws SpeechFault `transcoder_failed` when the thread ended, `closed`
   */
  shape(sound: Samples, codec: Codec): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** One thread that shapes sounds; it ends when there is nothing to do, and is there again when there is. */
export interface ShapeThread extends SoundShaper {
  /** Sounds that it was given and has not given back. */
  readonly waiting: number;
}

/** Without work for so long, the thread ends: it holds some 10 MB. */
const idleMs = 10_000;

/** @param options.program name or path of ffmpeg */
export function createShapeThread({ program }: { program: string }): ShapeThread {
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array | null>>();
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const started = new Worker(new URL('shape-worker.ts', import.meta.url));
    started.on('message', ({ id, bytes, fault }: ShapedSound) => {
      if (fault === null) waiting.get(id)?.resolve(bytes);
      else waiting.get(id)?.reject(new SpeechFault(fault.code, fault.message));
      waiting.delete(id);
      if (waiting.size === 0) idle = setTimeout(() => void end(), idleMs).unref();
    });
    started.on('error', (error) => {
      fail(new SpeechFault('transcoder_failed', 'a sound could not be shaped', { cause: error }));
    });
    started.on('exit', () => {
      if (worker === started) worker = null;
      fail(new SpeechFault('transcoder_failed', 'the thread that shapes sounds has ended'));
    });
    return started;
  }

  function fail(fault: SpeechFault): void {
    for (const each of waiting.values()) each.reject(fault);
    waiting.clear();
  }

  /** What comes from now on gets another thread. */
  async function end(): Promise<void> {
    const ending = worker;
    worker = null;
    clearTimeout(idle);
    await ending?.terminate();
  }

  return {
    get waiting() {
      return waiting.size;
    },
    shape(sound, codec) {
      if (isClosed) return Promise.reject(closed());
      clearTimeout(idle);
      worker ??= start();
      const id = (lastId += 1);
      const result = Promise.withResolvers<Uint8Array | null>();
      waiting.set(id, result);
      worker.postMessage({ id, codec, program, ...sound } satisfies ShapeJob, [
        sound.samples.buffer as ArrayBuffer,
      ]);
      return result.promise;
    },
    async close() {
      isClosed = true;
      fail(closed());
      await end();
    },
  };
}

function closed(): SpeechFault {
  return new SpeechFault('closed', 'the gateway is stopping, so no more sounds are made');
}
