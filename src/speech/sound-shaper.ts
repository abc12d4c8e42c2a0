import { availableParallelism } from 'node:os';

import { createShapeThread, type SoundShaper } from './shape-thread.ts';

export type { SoundShaper };

/** Shaping a sentence takes two thirds of what eSpeak NG takes to speak it (measured: 10 and 15 ms), which may use all cores but one. */
const threadsOfCores = (cores: number): number => Math.max(1, Math.ceil(((cores - 1) * 2) / 3));

/** @param options.program name or path of ffmpeg */
export function createSoundShaper(options: { program: string; threads?: number }): SoundShaper {
  const { program, threads = threadsOfCores(availableParallelism()) } = options;
  const pool = Array.from({ length: threads }, () => createShapeThread({ program }));
  return {
    /** By the thread that has least to do; the first ones, so that the others can end. */
    shape(sound, codec) {
      const thread = pool.reduce((least, each) => (each.waiting < least.waiting ? each : least));
      return thread.shape(sound, codec);
    },
    async close() {
      await Promise.all(pool.map((thread) => thread.close()));
    },
  };
}
