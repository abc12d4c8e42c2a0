import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeG711 } from './g711.ts';
import type { Codec } from './g711.ts';
import { storageFault } from './store-sound.ts';

/**
 * What a phone hears of a sound: its samples after the codec.
 *
 * @param sound as in a Rendition
 * @throws SpeechFault
 */
export async function readRendition(
  sound: string,
  { dataDir, codec }: { dataDir: string; codec: Codec },
): Promise<Int16Array> {
  const path = join(dataDir, `${sound}.${codec}`);
  try {
    return decodeG711(await readFile(path), codec);
  } catch (error) {
    throw storageFault(error, path);
  }
}
