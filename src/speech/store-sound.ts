import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { SpeechFault } from './speech-fault.ts';
import type { SpeechFaultCode } from './speech-fault.ts';

/**
 * Writes a file so that a reader finds all of it or nothing: beside its place first, then renamed. Readable by all, since Asterisk may
 * run as another user. Not forced to the disk: what a power cut spoils is found empty and made again.
 *
 * @throws SpeechFault `disk_full`, `directory_not_writable` or `storage_failed`
 */
export async function storeSound(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(partial, bytes, { mode: 0o644, flag: 'wx' });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined); // the first fault is the one to tell of
    throw storageFault(error, dirname(path));
  }
}

/** A stored sound, and when it was last used; null when it is not there, or empty. */
export async function storedSound(path: string): Promise<{ bytes: number; usedAt: number } | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size === 0 ? null : { bytes: size, usedAt: mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw storageFault(error, dirname(path));
  }
}

/** What the system's error means for whoever runs this machine. */
export function storageFault(error: unknown, directory: string): SpeechFault {
  const code = faultCodeOf(codeOf(error));
  return new SpeechFault(code, `${sentences[code]}: ${directory} (${codeOf(error)})`, { cause: error });
}

const sentences: Record<StorageFaultCode, string> = {
  disk_full: 'there is no room left for sound files; free some space on the disk of this directory',
  directory_not_writable:
    'sound files may not be written; let the user that runs the gateway write to this directory',
  storage_failed: 'sound files cannot be kept in this directory',
};

type StorageFaultCode = Extract<SpeechFaultCode, 'disk_full' | 'directory_not_writable' | 'storage_failed'>;

function faultCodeOf(systemCode: string): StorageFaultCode {
  if (['ENOSPC', 'EDQUOT'].includes(systemCode)) return 'disk_full';
  if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode)) return 'directory_not_writable';
  return 'storage_failed';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
}
