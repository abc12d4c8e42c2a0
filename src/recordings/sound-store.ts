import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert } from '../lib/assert.ts';
import {
  openPieces,
  prefixBytes,
  sealPieces,
  segmentBytes,
  SoundSealed,
  tagBytes,
  type StreamKey,
} from './sealed-stream.ts';

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

/** On the disk, under keys that may be replaced. */
export interface SealedSoundStore extends SoundStore {
  /** Seals with the present key what another one sealed; what is read meanwhile is read to its end. What does not open stays as it is. */
  sealAnew(): Promise<{ sealed: number; broken: number }>;
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

export function createSoundStore({ dataDir, keys }: { dataDir: string; keys: SoundKeys }): SealedSoundStore {
  const root = join(dataDir, folder);

  function pathOf(name: string): string {
    assert(nameForm.test(name), 'a sound is kept under the id of a voice message or an attempt');
    return join(root, name.slice(-2), `${name}${ending}`);
  }

  async function keep(
    name: string,
    pieces: AsyncIterable<Uint8Array>,
    place: PutInPlace = rename,
  ): Promise<number> {
    const path = pathOf(name);
    const key = keys.soundKey(keys.keyId);
    assert(key, 'the present key is here');
    const prefix = randomBytes(prefixBytes);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const counted = { bytes: 0 };
    const whole = async function* () {
      yield Buffer.concat([Buffer.from(format), Buffer.from(keys.keyId, 'hex'), prefix]);
      yield* sealPieces(counting(pieces, counted), { key, prefix, context: name });
    };
    await writeWhole(path, whole, place);
    return counted.bytes;
  }

  async function read(name: string): Promise<KeptSound | null> {
    const path = pathOf(name);
    const size = await sizeOf(path);
    if (size === null) return null;
    streamKeyOf(name, await headOf(path));
    const sealedBytes = size - headBytes;
    const segments = Math.max(1, Math.ceil(sealedBytes / (segmentBytes + tagBytes)));
    return { sizeBytes: sealedBytes - segments * tagBytes, pieces: piecesOf(name) };
  }

  /** Head and sound of one file: it may be sealed anew, which is of the same length, between the question for it and the reading. */
  async function* piecesOf(name: string): AsyncGenerator<Uint8Array, void, undefined> {
    await using file = await open(pathOf(name));
    const key = streamKeyOf(name, await headIn(file));
    yield* openPieces(file.createReadStream({ start: headBytes, autoClose: false }), key);
  }

  function streamKeyOf(name: string, head: Buffer): StreamKey {
    const key = keys.soundKey(keyIdIn(head));
    if (head.toString('latin1', 0, 4) !== format || key === null)
      throw new SoundSealed('a stored sound was sealed with a key that is not here');
    return { key, prefix: head.subarray(8), context: name };
  }

  async function names(): Promise<string[]> {
    const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(noneIfMissing);
    const found = files.flatMap((file) => (file.isFile() ? [file.name.replace(ending, '')] : []));
    return found.filter((name) => nameForm.test(name));
  }

  async function isSealedNow(name: string): Promise<boolean> {
    return keyIdIn(await headOf(pathOf(name))) === keys.keyId;
  }

  async function keepAnew(name: string): Promise<'sealed' | 'broken' | 'nothing'> {
    if (await isSealedNow(name)) return 'nothing';
    try {
      await keep(name, piecesOf(name), replace);
      return 'sealed';
    } catch (error) {
      if (error instanceof SoundSealed) return 'broken';
      throw error;
    }
  }

  return {
    keep: (name, pieces) => keep(name, pieces),
    read,
    remove: (name) => rm(pathOf(name), { force: true }),
    async keptBefore(instant) {
      const old = (await names()).map(async (name) => {
        const found = await stat(pathOf(name)).catch(noneIfMissing);
        return 'mtimeMs' in found && found.mtimeMs < instant ? [name] : [];
      });
      return (await Promise.all(old)).flat();
    },
    async sealAnew() {
      const done = { sealed: 0, broken: 0 };
      for (const name of await names()) {
        const kept = await keepAnew(name).catch(gone);
        if (kept !== 'nothing') done[kept] += 1;
      }
      return done;
    },
  };
}

/** It was removed meanwhile. */
function gone(error: unknown): 'nothing' {
  noneIfMissing(error);
  return 'nothing';
}

function keyIdIn(head: Buffer): string {
  return head.toString('hex', format.length, format.length + 4);
}

type PutInPlace = (draft: string, path: string) => Promise<void>;

/** What was removed while it was sealed anew stays away; in the instant between these two it comes back, and nobody needs it (`remove-lost-sounds.ts`). */
async function replace(draft: string, path: string): Promise<void> {
  await stat(path);
  await rename(draft, path);
}

async function writeWhole(
  path: string,
  pieces: () => AsyncIterable<Uint8Array>,
  place: PutInPlace,
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    await using file = await open(draft, 'wx', 0o600);
    for await (const piece of pieces()) await file.writeFile(piece);
    await file.sync();
    await place(draft, path);
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
  return await headIn(file);
}

async function headIn(file: FileHandle): Promise<Buffer> {
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
