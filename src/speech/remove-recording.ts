import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { codecs } from './codec.ts';
import { originalFile, recordingSound } from './recording-files.ts';

/** Whoever uploads the same sound once more writes its files first, and puts it on record at once after. */
const untouchedForMs = 24 * 3_600_000;

/** Removes the files of a recording, unless they were written within the last day. @returns how many */
export async function removeRecording(
  { hash, originalHash }: { hash: string; originalHash: string | null },
  { dataDir, now }: { dataDir: string; now: number },
): Promise<number> {
  const sounds = codecs.map((codec) => `${recordingSound(hash, codec)}.${codec}`);
  const files = [...sounds, ...(originalHash === null ? [] : [originalFile(originalHash)])];
  const paths = files.map((file) => join(dataDir, file));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  if (found.some((file) => file !== null && file.mtimeMs > now - untouchedForMs)) return 0;
  for (const path of paths) await rm(path, { force: true });
  return found.filter((file) => file !== null).length;
}
