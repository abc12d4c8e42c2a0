import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '../lib/clock.ts';
import { codecs } from './codec.ts';
import { leaseMs } from './rendition-store.ts';
import { personalFolder, soundFolders } from './sound-path.ts';

export interface Sweep {
  /** What is left. */
  files: number;
  bytes: number;
  removed: number;
}

interface StoredFile {
  path: string;
  bytes: number;
  usedAt: number;
  isTransient: boolean;
}

/** Room is made down to here, so that it is not made again for every new sound. */
const keptShare = 0.9;

/**
 * Removes sounds that nobody will need: what was spoken to one person and its call is over, what a crash left half written, and, where there
 * is more than `mostBytes`, whatever was not used for longest. Nothing that was used within `leaseMs` goes, even where that is too much: a
 * call may be talking. Several gateways may sweep one directory at once.
 */
export async function sweepRenditions(
  options: { dataDir: string; clock: Clock },
  mostBytes: number,
): Promise<Sweep> {
  const until = options.clock.now() - leaseMs;
  const files = await filesUnder(join(options.dataDir, 'renditions'));
  const old = files.filter(({ usedAt }) => usedAt < until);
  const transient = old.filter(({ isTransient }) => isTransient);
  const lasting = old.filter(({ isTransient }) => !isTransient).toSorted((a, b) => a.usedAt - b.usedAt);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let removed = 0;
  const remove = async (file: StoredFile): Promise<void> => {
    if (!(await removeUnused(file.path, until))) return;
    bytes -= file.bytes;
    removed += 1;
  };
  for (const file of transient) await remove(file);
  if (bytes > mostBytes) {
    for (const file of lasting) {
      if (bytes <= mostBytes * keptShare) break;
      await remove(file);
    }
  }
  return { files: files.length - removed, bytes, removed };
}

/** The folders of renditions alone: others may keep sounds beside them. */
async function filesUnder(folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const name of soundFolders) {
    const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => null); // another gateway may have removed it
      if (found === null) continue;
      const isTransient =
        name === personalFolder || !codecs.some((codec) => entry.name.endsWith(`.${codec}`));
      files.push({ path, bytes: found.size, usedAt: found.mtimeMs, isTransient });
    }
  }
  return files;
}

/**
 * Out of its place first, then looked at once more: whoever used it in the meantime either touched it in time, and it goes back, or does
 * not find it, and makes it anew.
 */
async function removeUnused(path: string, until: number): Promise<boolean> {
  const aside = `${path}.unused`;
  try {
    await rename(path, aside);
    if ((await stat(aside)).mtimeMs >= until) {
      await rename(aside, path);
      return false;
    }
    await rm(aside, { force: true });
    return true;
  } catch {
    return false; // another gateway was faster, or the directory is read only: the next sweep sees
  }
}
