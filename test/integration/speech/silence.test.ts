import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSilence } from '../../../src/speech/silence.ts';
import { storageFault } from '../../../src/speech/store-sound.ts';
import { temporaryDirectory } from './programs.ts';

const lengthOf = (sound: string): number => Number(/\/(\d+)$/.exec(sound)?.[1]);

describe('silence', () => {
  const silence = createSilence({ dataDir: '/nowhere', codecs: ['alaw'] });

  test.each([
    [0, []],
    [1, [100]],
    [100, [100]],
    [3000, [3000]],
    [6000, [6000]],
    [6050, [6000, 100]],
    [900, [500, 200, 200]],
    [60_000, [60_000]],
    [125_700, [60_000, 60_000, 5000, 500, 200]],
  ])('of %i ms is put together of %j', (durationMs, lengths) => {
    expect(silence.silenceSounds(durationMs).map(lengthOf)).toEqual(lengths);
  });

  test('is never shorter than asked for, nor a tenth of a second longer, nor made of many pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (durationMs) => {
        const lengths = silence.silenceSounds(durationMs).map(lengthOf);
        const totalMs = lengths.reduce((sum, length) => sum + length, 0);
        expect(totalMs).toBeGreaterThanOrEqual(durationMs);
        expect(totalMs - durationMs).toBeLessThan(100);
        expect(lengths.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  test.each([-1, 3_600_001, NaN])('of %d ms is a mistake of the program', (durationMs) => {
    expect(() => silence.silenceSounds(durationMs)).toThrow('out of bounds');
  });

  test.each([
    { codec: 'alaw', byte: 0xd5 },
    { codec: 'ulaw', byte: 0xff },
    { codec: 'g722', byte: 0xff },
  ] as const)(
    'lies on the disk in $codec with its exact length, and is mended where it is not',
    async ({ codec, byte }) => {
      const dataDir = await temporaryDirectory();
      const stored = createSilence({ dataDir, codecs: [codec] });
      await stored.ensureSilence();
      const [sound] = stored.silenceSounds(100);
      const path = join(dataDir, `${sound}.${codec}`);
      expect(await readFile(path)).toEqual(Buffer.alloc(800, byte));

      await writeFile(path, 'broken');
      await rm(join(dataDir, `${stored.silenceSounds(5000)[0]}.${codec}`));
      await stored.ensureSilence();
      expect(await readFile(path)).toEqual(Buffer.alloc(800, byte));
      expect(await readFile(join(dataDir, `${stored.silenceSounds(5000)[0]}.${codec}`))).toHaveLength(40_000);
    },
  );
});

describe('a fault of the disk', () => {
  test.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'directory_not_writable'],
    ['EROFS', 'directory_not_writable'],
    ['EIO', 'storage_failed'],
  ])('%s is %s, and names the directory', (systemCode, code) => {
    const fault = storageFault(Object.assign(new Error('planted'), { code: systemCode }), '/data/renditions');
    expect(fault.code).toBe(code);
    expect(fault.message).toContain('/data/renditions');
  });
});
