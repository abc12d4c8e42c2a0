import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault } from '../../../src/db/vault.ts';
import { createSoundStore, type SoundStore } from '../../../src/recordings/sound-store.ts';
import { bytesOf } from '../../support/recorded-sound.ts';

const vault = createVault(Buffer.alloc(32, 7));
const [name, otherName] = ['vm_01k6m3q4t8v5w2x9y7z1a3b5c7', 'vm_01k6m3q4t8v5w2x9y7z1a3b5c8'] as const;
let dataDir: string;
let sounds: SoundStore;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ivrs-sounds-'));
  sounds = createSoundStore({ dataDir, keys: vault });
});
afterEach(() => rm(dataDir, { recursive: true }));

async function* pieces(...all: Buffer[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of all) yield await Promise.resolve(piece);
}

async function fileOf(which: string): Promise<string> {
  const files = await readdir(dataDir, { recursive: true });
  return join(dataDir, files.find((file) => file.includes(which)) ?? 'none');
}

async function heard(which: string): Promise<Buffer | null> {
  const sound = await sounds.read(which);
  if (sound === null) return null;
  const bytes = await bytesOf(sound.pieces);
  expect(sound.sizeBytes).toBe(bytes.length);
  return bytes;
}

it('gives back what was kept, in whatever pieces and of whatever length, and shows nothing of it on the disk', async () => {
  const lengths = [0, 1, 65_535, 65_536, 65_537, 200_000];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lengths), fc.nat(70_000), async (length, cut) => {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31) % 251));
      expect(await sounds.keep(name, pieces(bytes.subarray(0, cut), bytes.subarray(cut)))).toBe(length);
      expect((await heard(name))?.equals(bytes)).toBe(true);
      const stored = await readFile(await fileOf(name));
      if (length > 16) expect(stored.includes(bytes.subarray(0, 16))).toBe(false);
    }),
    { numRuns: 20 },
  );
});

it('gives nothing out of a file that was changed, cut off, or belongs to another message', async () => {
  await sounds.keep(name, pieces(Buffer.alloc(150_000, 5)));
  const file = await fileOf(name);
  const whole = await readFile(file);
  for (const broken of [
    Buffer.from(whole).fill(9, 80_000, 80_001),
    whole.subarray(0, 15 + 65_536 + 16),
    whole.subarray(0, whole.length - 1),
  ]) {
    await writeFile(file, broken);
    await expect(heard(name)).rejects.toMatchObject({ code: 'sound_sealed' });
  }
  await sounds.keep(otherName, pieces(Buffer.alloc(10)));
  await writeFile(await fileOf(otherName), whole);
  await expect(heard(otherName)).rejects.toMatchObject({ code: 'sound_sealed' });
});

it('opens nothing with another key', async () => {
  await sounds.keep(name, pieces(Buffer.alloc(10)));
  const others = createSoundStore({ dataDir, keys: createVault(Buffer.alloc(32, 8)) });
  await expect(others.read(name)).rejects.toMatchObject({ code: 'sound_sealed' });
});

describe('under a new key', () => {
  const newer = createVault(Buffer.alloc(32, 8), { others: [Buffer.alloc(32, 7)] });
  const sound = Buffer.from(Uint8Array.from({ length: 150_000 }, (_, at) => (at * 31) % 251));

  /** When the sound is open, and its key is asked for, it is removed. */
  const removesWhenAsked = {
    keyId: newer.keyId,
    soundKey(keyId: string) {
      if (keyId !== newer.keyId) rmSync(join(dataDir, 'kept-recordings', name.slice(-2), `${name}.sound`));
      return newer.soundKey(keyId);
    },
  };

  it('seals what the former one sealed, once, and leaves what does not open', async () => {
    await sounds.keep(name, pieces(sound));
    await sounds.keep(otherName, pieces(Buffer.alloc(10)));
    const broken = await fileOf(otherName);
    await writeFile(broken, (await readFile(broken)).fill(9, 20, 21));
    const now = createSoundStore({ dataDir, keys: newer });
    expect(await now.sealAnew()).toEqual({ sealed: 1, broken: 1 });
    expect(await now.sealAnew()).toEqual({ sealed: 0, broken: 1 });
    sounds = createSoundStore({ dataDir, keys: createVault(Buffer.alloc(32, 8)) });
    expect((await heard(name))?.equals(sound)).toBe(true);
  });

  it('is read to its end by whoever asked for it before', async () => {
    await sounds.keep(name, pieces(sound));
    const now = createSoundStore({ dataDir, keys: newer });
    sounds = now;
    const [asked, begun] = [await sounds.read(name), await sounds.read(name)];
    const reading = begun?.pieces[Symbol.asyncIterator]();
    const first = await reading?.next();
    await now.sealAnew();
    expect((await bytesOf(asked!.pieces)).equals(sound)).toBe(true);
    const rest = await bytesOf({ [Symbol.asyncIterator]: () => reading! });
    expect(Buffer.concat([first!.value as Uint8Array, rest]).equals(sound)).toBe(true);
  });

  it('stays away when it is removed meanwhile', async () => {
    await sounds.keep(name, pieces(sound));
    const now = createSoundStore({ dataDir, keys: removesWhenAsked });
    expect(await now.sealAnew()).toEqual({ sealed: 0, broken: 0 });
    expect(await readdir(dataDir, { recursive: true })).not.toContainEqual(expect.stringContaining(name));
  });

  it('finds nothing to do where nothing is kept', async () => {
    expect(await createSoundStore({ dataDir, keys: newer }).sealAnew()).toEqual({ sealed: 0, broken: 0 });
  });
});

it('keeps the whole or nothing', async () => {
  const failing = async function* () {
    yield await Promise.resolve(Buffer.alloc(100));
    throw new Error('the network went away');
  };
  await expect(sounds.keep(name, failing())).rejects.toThrow('the network went away');
  expect(await sounds.read(name)).toBeNull();
  expect((await readdir(dataDir, { recursive: true })).filter((file) => file.includes('vm_'))).toEqual([]);
});

it('forgets what is removed, and tells what is old', async () => {
  await sounds.keep(name, pieces(Buffer.alloc(10)));
  expect(await sounds.keptBefore(Date.now() + 60_000)).toEqual([name]);
  expect(await sounds.keptBefore(Date.now() - 60_000)).toEqual([]);
  await sounds.remove(name);
  expect(await heard(name)).toBeNull();
});
