import { statSync } from 'node:fs';
import { join } from 'node:path';

import { bytesPerMs, codecs } from './codec.ts';

/** How long a rendition is, by the size of its file; null where there is none. `sound` is relative to the data directory, without extension. */
export function fileDurationMs(dataDir: string, sound: string): number | null {
  for (const extension of codecs) {
    const stat = statSync(join(dataDir, `${sound}.${extension}`), { throwIfNoEntry: false });
    if (stat) return stat.size / bytesPerMs;
  }
  return null;
}
