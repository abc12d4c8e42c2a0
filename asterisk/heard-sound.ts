import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The recordings of what a handset heard, as soon as there are `calls` of them. A recording takes
 * its name when it is complete, which is a few milliseconds after the call has ended; a handset that never answered
 * has none. Throws when they are not there after `limitMs`.
 */
export async function heardSound(
  heardDir: string,
  {
    nationalNumber,
    calls = 1,
    limitMs = 5_000,
  }: { nationalNumber: string; calls?: number; limitMs?: number },
): Promise<string[]> {
  const limit = AbortSignal.timeout(limitMs);
  const watcher = watch(heardDir, { persistent: false });
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        watcher.once('change', () => resolve());
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
      const paths = await recordingsOf(heardDir, nationalNumber);
      if (paths.length >= calls) return paths;
      if (limit.aborted) {
        throw new Error(
          `Handset ${nationalNumber} has recorded ${paths.length} calls of ${calls} after ${limitMs} ms.`,
        );
      }
      await changed;
    }
  } finally {
    watcher.close();
  }
}

async function recordingsOf(heardDir: string, nationalNumber: string): Promise<string[]> {
  const names = await readdir(heardDir);
  return names
    .filter(
      (name) => name.startsWith(`${nationalNumber}-`) && name.endsWith('.wav') && !name.endsWith('.part.wav'),
    )
    .map((name) => join(heardDir, name));
}
