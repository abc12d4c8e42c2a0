import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeSound, type Codec } from './codec.ts';
import { storageFault } from './store-sound.ts';

/**
 * What a phone hears of a sound: its samples after the codec.
 *
 * @param sound as in a Rendition
 * @returns as many samples a second as the codec has
 * @throws SpeechFault
 */
export async function readRendition(
  sound: string,
  { dataDir, codec, program }: { dataDir: string; codec: Codec; program: string },
): Promise<Int16Array> {
  const path = join(dataDir, `${sound}.${codec}`);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw storageFault(error, path);
  });
  return decodeSound(bytes, { codec, program });
}
