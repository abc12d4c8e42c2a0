import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VaultError } from './vault.ts';

/**
 * The encryption key of an embedded database: made once, kept beside it, readable by its owner alone. Two processes that start at
 * once get the same key: a file appears under its name only when it is whole, and only the first.
 */
export async function keepEncryptionKey(file: string): Promise<Buffer> {
  const kept = await readKey(file);
  if (kept) return kept;
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return keepEncryptionKey(file);
}

async function readKey(file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32)
    throw new VaultError(
      `${file} should hold an encryption key of 32 bytes in base64: restore it from a backup`,
    );
  return key;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
