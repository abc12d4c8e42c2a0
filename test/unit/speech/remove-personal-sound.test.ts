import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removePersonalSound } from '../../../src/speech/remove-personal-sound.ts';

let folder: string;
let sound: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-sound-'));
  sound = join(folder, 'name.alaw');
  await writeFile(sound, 'Asha');
});
afterEach(() => rm(folder, { recursive: true }));

/** Answers one after the other, the last one for good. */
function answers(...given: boolean[]): () => Promise<boolean> {
  return () => Promise.resolve((given.length > 1 ? given.shift() : given[0]) ?? false);
}

it('removes a sound that nobody else is told', async () => {
  await removePersonalSound(sound, answers(false));
  expect(await readdir(folder)).toEqual([]);
});

it('leaves a sound where somebody else is told the same', async () => {
  await removePersonalSound(sound, answers(true));
  expect(await readdir(folder)).toEqual(['name.alaw']);
});

it('puts it back where somebody needs it by now', async () => {
  await removePersonalSound(sound, answers(false, true));
  expect(await readdir(folder)).toEqual(['name.alaw']);
});

it('removes what a process that died had put aside, and has nothing to do a second time', async () => {
  await writeFile(`${sound}.erased`, 'Asha');
  await rm(sound);
  await removePersonalSound(sound, answers(false));
  await removePersonalSound(sound, answers(false));
  expect(await readdir(folder)).toEqual([]);
});
