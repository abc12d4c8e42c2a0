import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { languageTag } from '../domain/prompts/say.ts';
import { languageWords, type BuiltInWords, type LanguageWords } from '../domain/prompts/built-in-words.ts';

/**
 * Reads `<folder>/<language>/words.json` for every language that has one.
 *
 * @throws Error with a sentence that names the file and what is wrong in it; the program cannot speak without its words.
 */
export async function loadBuiltInWords(folder: string): Promise<BuiltInWords> {
  const entries = await readdir(folder, { withFileTypes: true });
  const languages = entries
    .filter((entry) => entry.isDirectory() && languageTag.safeParse(entry.name).success)
    .map((entry) => entry.name)
    .toSorted();
  const words = await Promise.all(
    languages.map((language) => readWords(join(folder, language, 'words.json'))),
  );
  return Object.fromEntries(languages.map((language, index) => [language, words[index] as LanguageWords]));
}

async function readWords(file: string): Promise<LanguageWords> {
  try {
    return languageWords.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`The built-in words in ${file} cannot be used: ${detail}`, { cause: error });
  }
}
