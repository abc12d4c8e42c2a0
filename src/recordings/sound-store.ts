import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert } from '../lib/assert.ts';
import { openPieces, prefixBytes, sealPieces, segmentBytes, SoundSealed, tagBytes } from './sealed-stream.ts';

/**
 * What people said, kept under the id of the voice message or attempt that it belongs to, and sealed: without the key nobody can listen.
 * A file is whole or not there: it is written beside its place, flushed, and moved there.
 *
 *     format (4 bytes, IVS1) · key id (4) · prefix of the nonces (7) · sealed segments
 */
export interface SoundStore {
  /** Replaces what was kept under the name. @returns its length in bytes */
  keep(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /** Null when nothing is kept under the name. @throws SoundSealed */
  read(name: string): Promise<KeptSound | null>;
  remove(name: string): Promise<void>;
  /** Names of what was kept before this instant. */
  keptBefore(instant: number): Promise<string[]>;
}

export interface KeptSound {
  sizeBytes: number;
  /** @throws SoundSealed while it is read */
  pieces: AsyncIterable<Uint8Array>;
}

/** The vault's part: eight hex digits name a key. */
export interface SoundKeys {
  readonly keyId: string;
  soundKey(keyId: string): Uint8Array | null;
}

const folder = 'kept-recordings';
const format = 'IVS1';
const headBytes = format.length + 4 + prefixBytes;
const nameForm = /^(vm|att)_[0-9a-z]{26}$/;
const ending = '.sound';

export function createSoundStore({ dataDir, keys }: { dataDir: string; keys: SoundKeys }): SoundStore {
  const root = join(dataDir, folder);

  function pathOf(name: string): string {
    assert(nameForm.test(name), 'a sound is kept under the id of a voice message or an attempt');
    return join(root, name.slice(-2), `${name}${ending}`);
  }

  async function keep(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const path = pathOf(name);
    const key = keys.soundKey(keys.keyId);
    assert(key, 'the present key is here');
    const prefix = randomBytes(prefixBytes);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const counted = { bytes: 0 };
    await writeWhole(path, async function* () {
      yield Buffer.concat([Buffer.from(format), Buffer.from(keys.keyId, 'hex'), prefix]);
      yield* sealPieces(counting(pieces, counted), { key, prefix, context: name });
    });
    return counted.bytes;
  }

  async function read(name: string): Promise<KeptSound | null> {
    const path = pathOf(name);
    const size = await sizeOf(path);
    if (size === null) return null;
    const head = await headOf(path);
    const key = keys.soundKey(head.subarray(4, 8).toString('hex'));
    if (head.toString('latin1', 0, 4) !== format || key === null)
      throw new SoundSealed('a stored sound was sealed with another key than IVRS_ENCRYPTION_KEY');
    const prefix = head.subarray(8);
    const sealedBytes = size - headBytes;
    const segments = Math.max(1, Math.ceil(sealedBytes / (segmentBytes + tagBytes)));
    return {
      sizeBytes: sealedBytes - segments * tagBytes,
      pieces: openPieces(createReadStream(path, { start: headBytes }), { key, prefix, context: name }),
    };
  }

  return {
    keep,
    read,
    remove: (name) => rm(pathOf(name), { force: true }),
    async keptBefore(instant) {
      const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(noneIfMissing);
      const names = files.flatMap((file) => (file.isFile() ? [file.name.replace(ending, '')] : []));
      const old = await Promise.all(
        names
          .filter((name) => nameForm.test(name))
          .map(async (name) => {
            const found = await stat(pathOf(name)).catch(noneIfMissing);
            return 'mtimeMs' in found && found.mtimeMs < instant ? [name] : [];
          }),
      );
      return old.flat();
    },
  };
}

async function writeWhole(path: string, pieces: () => AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    await using file = await open(draft, 'wx', 0o600);
    for await (const piece of pieces()) await file.writeFile(piece);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function* counting(
  pieces: AsyncIterable<Uint8Array>,
  counted: { bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    counted.bytes += piece.length;
    yield piece;
  }
}

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return buffer;
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(noneIfMissing);
  return 'size' in found ? found.size : null;
}

function noneIfMissing(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
