import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { createDiskRoom, type DiskRoomOptions } from '../../../src/speech/disk-room.ts';
import { createRenditionCache } from '../../../src/speech/rendition-cache.ts';
import { createRenditionStore, leaseMs } from '../../../src/speech/rendition-store.ts';
import { SpeechFault } from '../../../src/speech/speech-fault.ts';
import { storageFault } from '../../../src/speech/store-sound.ts';
import { sweepRenditions } from '../../../src/speech/sweep-renditions.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { temporaryDirectory } from './programs.ts';
import { countingVoice, inlineShaper, roomyStore, steadyTone } from './test-voices.ts';

const kibibyte = 1024;

/** A data directory with sounds of a kibibyte, each last used so long ago. */
async function directoryOf(sounds: Record<string, number>) {
  const dataDir = await temporaryDirectory();
  const clock = new VirtualClock(Date.now());
  for (const [name, agoMs] of Object.entries(sounds)) {
    const path = join(dataDir, 'renditions', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(kibibyte));
    const usedAt = new Date(clock.now() - agoMs);
    await utimes(path, usedAt, usedAt);
  }
  const left = async (): Promise<string[]> => {
    const names = await readdir(join(dataDir, 'renditions'), { recursive: true });
    return names.filter((name) => name.includes('.')).toSorted();
  };
  return { dataDir, clock, left, sweep: (most: number) => sweepRenditions({ dataDir, clock }, most) };
}

describe('a sweep', () => {
  test('leaves everything where there is room, but what was for one call, and what is half written', async () => {
    const { sweep, left } = await directoryOf({
      'espeak-ng/aa/old.alaw': 100 * leaseMs,
      'personal/espeak-ng/aa/name.alaw': leaseMs + 1_000,
      'personal/google/aa/live.alaw': leaseMs - 1_000,
      'google/bb/new.alaw.123.partial': 1_000,
      'google/bb/old.alaw.123.partial': leaseMs + 1_000,
    });
    expect(await sweep(100 * kibibyte)).toEqual({ files: 3, bytes: 3 * kibibyte, removed: 2 });
    expect(await left()).toEqual([
      'espeak-ng/aa/old.alaw',
      'google/bb/new.alaw.123.partial',
      'personal/google/aa/live.alaw',
    ]);
  });

  test('removes what was not used for longest, down to nine tenths', async () => {
    const ages = Array.from({ length: 20 }, (_, index) => [
      `espeak-ng/aa/${index + 10}.alaw`,
      (index + 2) * leaseMs,
    ]);
    const { sweep, left } = await directoryOf(Object.fromEntries(ages) as Record<string, number>);
    expect(await sweep(20 * kibibyte)).toMatchObject({ removed: 0 });
    expect(await sweep(10 * kibibyte)).toEqual({ files: 9, bytes: 9 * kibibyte, removed: 11 });
    expect(await left()).toEqual(Array.from({ length: 9 }, (_, index) => `espeak-ng/aa/${index + 10}.alaw`));
  });

  test('removes nothing that a call may need, even where there is too much', async () => {
    const { sweep, left } = await directoryOf({
      'espeak-ng/aa/live.alaw': leaseMs - 1_000,
      'espeak-ng/aa/old.ulaw': leaseMs + 1_000,
    });
    expect(await sweep(0)).toEqual({ files: 1, bytes: kibibyte, removed: 1 });
    expect(await left()).toEqual(['espeak-ng/aa/live.alaw']);
  });

  test('touches nothing beside the folders of renditions', async () => {
    const { sweep, left } = await directoryOf({
      'silence/100.alaw': 9 * leaseMs,
      'recorded/aa/x.alaw': 9 * leaseMs,
    });
    expect(await sweep(0)).toEqual({ files: 0, bytes: 0, removed: 0 });
    expect(await left()).toHaveLength(2);
  });

  test('of two gateways at once, with others that use what is old, loses nothing that is used', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `espeak-ng/aa/${index}.alaw`);
    const { dataDir, clock, sweep, left } = await directoryOf(
      Object.fromEntries(names.map((name) => [name, 2 * leaseMs])),
    );
    const store = roomyStore(dataDir, clock);
    const used = names.filter((_, index) => index % 2 === 0).map((name) => join(dataDir, 'renditions', name));
    const [, , ...found] = await Promise.all([sweep(0), sweep(0), ...used.map((path) => store.find(path))]);
    // Whoever found a sound has it for a lease; whoever did not makes it anew.
    const kept = new Set(await left());
    used.forEach((path, index) => {
      if (found[index] !== null) expect(kept).toContain(path.slice(join(dataDir, 'renditions/').length));
    });
    expect([...kept].filter((name) => name.endsWith('.unused'))).toEqual([]);
  });

  test('begins the lease anew when a sound is used', async () => {
    const { dataDir, clock, sweep, left } = await directoryOf({ 'espeak-ng/aa/a.alaw': 2 * leaseMs });
    const path = join(dataDir, 'renditions/espeak-ng/aa/a.alaw');
    expect(await roomyStore(dataDir, clock).find(path)).toBe(kibibyte);
    expect((await stat(path)).mtimeMs).toBeCloseTo(clock.now(), -2);
    await sweep(0);
    expect(await left()).toHaveLength(1);
    await clock.advanceBy(leaseMs + 1_000);
    await sweep(0);
    expect(await left()).toHaveLength(0);
    expect(await roomyStore(dataDir, clock).find(path)).toBeNull();
  });
});

describe('two gateways that share a directory', () => {
  test('make one file of what both want at once, whole at every instant', async () => {
    const dataDir = await temporaryDirectory();
    const clock = new VirtualClock(Date.now());
    const caches = [1, 2].map(() =>
      createRenditionCache({
        ...{ dataDir, clock, codec: 'alaw', log: silentLog },
        voices: [countingVoice()],
        transcode: steadyTone,
        shaper: inlineShaper,
        program: 'ffmpeg',
        store: roomyStore(dataDir, clock),
      }),
    );
    const parts = Array.from({ length: 20 }, (_, index) => ({
      ...({ kind: 'text', language: 'hi' } as const),
      text: `वाक्य ${index}`,
    }));
    const [first, second] = await Promise.all(caches.map((cache) => cache.renderAll(parts)));
    expect([...first!.values()].map(({ sound }) => sound)).toEqual(
      [...second!.values()].map(({ sound }) => sound),
    );
    for (const { sound, durationMs } of first!.values())
      expect((await readFile(join(dataDir, `${sound}.alaw`))).length).toBe(durationMs * 8);
    expect((await readdir(dataDir, { recursive: true })).filter((name) => name.includes('partial'))).toEqual(
      [],
    );
    await Promise.all(caches.map((cache) => cache.close()));
  });
});

describe('a disk that is full', () => {
  const noSpace = Object.assign(new Error('planted'), { code: 'ENOSPC' });
  const full = storageFault(noSpace, '/data/renditions');

  async function disk(options: Partial<DiskRoomOptions> = {}) {
    const dataDir = await temporaryDirectory();
    const clock = new VirtualClock(Date.now());
    const state = { free: 1000 * kibibyte, isFull: false };
    const room = createDiskRoom({
      ...{ dataDir, clock, leastFreeBytes: 500 * kibibyte },
      freeBytes: () => Promise.resolve(state.free),
      tryWriting: () => (state.isFull ? Promise.reject(noSpace) : Promise.resolve()),
      ...options,
    });
    const voice = countingVoice();
    const store = createRenditionStore({
      ...{ clock, room },
      write: (path, bytes) => (state.isFull ? Promise.reject(full) : writeSound(path, bytes)),
    });
    const cache = createRenditionCache({
      ...{ dataDir, clock, codec: 'alaw', log: silentLog, voices: [voice], store },
      transcode: steadyTone,
      shaper: inlineShaper,
      program: 'ffmpeg',
    });
    return { dataDir, clock, state, room, voice, cache };
  }

  const part = (text: string) => ({ kind: 'text', language: 'hi', text }) as const;

  test('is known before it is: nothing is spoken, and it is over when there is room again', async () => {
    const { state, room, voice, cache, clock } = await disk();
    state.free = 499 * kibibyte;
    await expect(cache.renderAll([part('एक')])).rejects.toMatchObject({
      faultySide: 'machine',
      cause: { code: 'disk_full' },
    });
    expect(voice.spoken).toEqual([]);
    expect(room.problem()).toMatch(/^only 0 MiB are free on the disk of .*IVRS_LEAST_FREE_MIB wants 1/);
    state.free = 501 * kibibyte;
    await clock.advanceBy(2_000);
    await room.look();
    expect(room.problem()).toBeNull();
    await expect(cache.renditionOf(part('एक'))).resolves.toBeDefined();
  });

  test('is believed when it refuses, whatever it says of its room, until it can be written to again', async () => {
    const { state, room, voice, cache, clock } = await disk();
    state.isFull = true;
    await expect(cache.renditionOf(part('एक'))).rejects.toMatchObject({ code: 'disk_full' });
    expect(room.problem()).toContain('there is no room left for sound files');
    await clock.advanceBy(60_000);
    await room.look();
    expect(room.problem()).not.toBeNull();
    await expect(cache.renditionOf(part('दो'))).rejects.toMatchObject({ code: 'disk_full' });
    expect(voice.spoken).toEqual(['एक']);
    state.isFull = false;
    await room.look();
    expect(room.problem()).toBeNull();
    await expect(cache.renditionOf(part('दो'))).resolves.toBeDefined();
  });

  test('still plays what is on it', async () => {
    const { state, cache, clock } = await disk();
    const made = await cache.renditionOf(part('एक'));
    state.free = 0;
    await clock.advanceBy(60_000);
    expect(await cache.renditionOf(part('एक'))).toMatchObject({ sound: made.sound });
  });

  test('that cannot be looked at is a problem, and no crash', async () => {
    const { room } = await disk({
      freeBytes: () => Promise.reject(Object.assign(new Error('gone'), { code: 'EIO' })),
    });
    await room.look();
    expect(room.problem()).toContain('EIO');
  });

  test('is looked at as it really is', async () => {
    const dataDir = await temporaryDirectory();
    const clock = new VirtualClock(Date.now());
    const roomy = createDiskRoom({ dataDir, clock, leastFreeBytes: 1 });
    await roomy.look();
    expect(roomy.problem()).toBeNull();
    const greedy = createDiskRoom({ dataDir, clock, leastFreeBytes: Number.MAX_SAFE_INTEGER });
    await greedy.look();
    expect(greedy.problem()).toMatch(/^only \d+ MiB are free/);
    greedy.noteFault(new SpeechFault('storage_failed', 'something else'));
    roomy.noteFault(full);
    expect(roomy.problem()).toBe(full.message);
    await roomy.look();
    expect(roomy.problem()).toBeNull();
    expect(await readdir(join(dataDir, 'renditions'))).toEqual([]);
    await rm(dataDir, { recursive: true });
    roomy.noteFault(full);
    await roomy.look();
    expect(roomy.problem()).not.toBeNull();
  });
});

async function writeSound(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
