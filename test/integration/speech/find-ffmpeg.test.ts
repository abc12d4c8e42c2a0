import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findFfmpeg } from '../../../src/speech/find-ffmpeg.ts';
import { fakeProgram, temporaryDirectory } from './programs.ts';

const missing = async (): Promise<string> => join(await temporaryDirectory(), 'ffmpeg');

test.each<[string, () => Promise<() => unknown>]>([
  [
    'the package is not there',
    () =>
      Promise.resolve(() => {
        throw new Error('Cannot find module');
      }),
  ],
  ['it knows no program for this machine', () => Promise.resolve(() => null)],
  [
    'its program could not be fetched',
    async () => {
      const path = await missing();
      return () => path;
    },
  ],
])('ffmpeg is the one on the path where %s', async (_, make) => {
  expect(await findFfmpeg(await make())).toBe('ffmpeg');
});

test('ffmpeg is the one that came with the packages, where it did', async () => {
  const program = await fakeProgram('exit 0');
  expect(await findFfmpeg(() => program)).toBe(program);
});
