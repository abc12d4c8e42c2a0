import { rename, rm } from 'node:fs/promises';

/**
 * Removes words that were spoken to somebody who is to be forgotten, unless somebody else is told the same: they share the file. It is put aside
 * first and asked about once more, since a call may have been made ready meanwhile; one that comes later finds nothing, and has it made.
 */
export async function removePersonalSound(path: string, isNeeded: () => Promise<boolean>): Promise<void> {
  if (await isNeeded()) return;
  const aside = `${path}.erased`;
  const isThere = await rename(path, aside).then(() => true, falseIfMissing);
  if (isThere && (await isNeeded())) await rename(aside, path);
  // also what a process that died has put aside
  else await rm(aside, { force: true });
}

function falseIfMissing(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
  throw error;
}
