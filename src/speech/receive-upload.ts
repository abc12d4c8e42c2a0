import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { recordingsFolder } from './recording-files.ts';
import { storageFault } from './store-sound.ts';

/** The contract's limit for an upload. */
export const longestUploadBytes = 20 * 1024 * 1024;

/** A file of its own in the data directory, for as long as nobody has decided about it. */
export interface ReceivedUpload {
  path: string;
  bytes: number;
  /** SHA-256, in hexadecimal. */
  contentHash: string;
  /** Removes it. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Writes what comes to the disk while it comes, so that no upload is ever in memory as a whole.
 *
 * @returns null for more than 20 MiB; the rest is not read then
 * @throws SpeechFault when it cannot be kept, or whatever `chunks` throws; nothing stays behind
 */
export async function receiveUpload(
  dataDir: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<ReceivedUpload | null> {
  const folder = join(dataDir, recordingsFolder, 'incoming');
  const path = join(folder, randomBytes(12).toString('hex'));
  const remove = (): Promise<void> => rm(path, { force: true });
  const written = await write(folder, path, chunks).catch(async (error: unknown) => {
    await remove().catch(() => undefined); // the first fault is the one to tell of
    throw error;
  });
  if (written !== null) return { path, ...written, [Symbol.asyncDispose]: remove };
  await remove();
  return null;
}

async function write(
  folder: string,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; contentHash: string } | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  await using file = await onDisk(folder, async () => {
    await mkdir(folder, { recursive: true });
    return open(path, 'wx', 0o600);
  });
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > longestUploadBytes) return null;
    hash.update(chunk);
    await onDisk(folder, () => file.writeFile(chunk));
  }
  return { bytes, contentHash: hash.digest('hex') };
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error, folder);
  }
}
