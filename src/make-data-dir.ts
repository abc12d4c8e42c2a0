import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes the data directory where it is not there, from the top down: `recursive` never returns on some file systems, such as /proc.
 *
 * @throws Error with a sentence that names IVRS_DATA_DIR
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await makeFromTheTop(dataDir);
    await access(dataDir, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `IVRS_DATA_DIR names ${dataDir}, where nothing can be kept (${reason}). Name a directory that this user may write to.`,
      { cause },
    );
  }
}

async function makeFromTheTop(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  if (found) throw new Error('it is not a directory');
  if (dirname(directory) !== directory) await makeFromTheTop(dirname(directory));
  await mkdir(directory);
}
