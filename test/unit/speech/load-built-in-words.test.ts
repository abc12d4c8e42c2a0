import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const prompts = join(import.meta.dirname, '../../../prompts');
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-words-'));
  await cp(join(prompts, 'en'), join(folder, 'en'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('the folders of languages', () => {
  it('may hold figures alone where a region counts in its own way', async () => {
    await cp(join(prompts, 'en-IN'), join(folder, 'en-IN'), { recursive: true });
    const words = await loadBuiltInWords(folder);
    expect(words['en-IN']?.['system.goodbye']).toBe(words['en']?.['system.goodbye']);
    expect(words['en-IN']?.figures.scales.map((scale) => scale.other)).toEqual(['crore', 'lakh', 'thousand']);
  });

  it('are refused with the file and the word that is missing', async () => {
    await writeFile(join(folder, 'en', 'words.json'), '{ "system.thank_you": "Thank you." }');
    await expect(loadBuiltInWords(folder)).rejects.toThrow(
      /en\/words\.json cannot be used.*system\.goodbye/s,
    );
  });

  it('are refused where figures are missing, or hold a digit', async () => {
    await cp(join(folder, 'en', 'words.json'), join(folder, 'fi', 'words.json'), { recursive: true });
    await expect(loadBuiltInWords(folder)).rejects.toThrow(/fi\/figures\.json cannot be used/);
    await cp(join(prompts, 'en', 'figures.json'), join(folder, 'fi', 'figures.json'));
    await writeFile(
      join(folder, 'fi', 'figures.json'),
      JSON.stringify({ ...((await loadBuiltInWords(folder))['fi']?.figures ?? {}), minus: '-1' }),
    );
    await expect(loadBuiltInWords(folder)).rejects.toThrow(/without digits/);
  });
});
