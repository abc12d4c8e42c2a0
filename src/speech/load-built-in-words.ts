import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { languageTag } from '../domain/prompts/say.ts';
import { systemWords, type BuiltInWords, type LanguageWords } from '../domain/prompts/built-in-words.ts';
import { figures } from '../domain/prompts/figures.ts';

/**
 * Reads `words.json` and `figures.json` of every `<folder>/<language>`. A language of one region, such as `en-IN`, may leave `words.json` out: it
 * then says the sentences of its base, and only its figures are its own.
 *
 * @throws Error with a sentence that names the file and what is wrong in it; the program cannot speak without its words.
 */
export async function loadBuiltInWords(folder: string): Promise<BuiltInWords> {
  const entries = await readdir(folder, { withFileTypes: true });
  const languages = entries
    .filter((entry) => entry.isDirectory() && languageTag.safeParse(entry.name).success)
    .map((entry) => entry.name)
    .toSorted();
  const words = await Promise.all(languages.map((language) => readLanguage(folder, language)));
  return Object.fromEntries(languages.map((language, index) => [language, words[index] as LanguageWords]));
}

async function readLanguage(folder: string, language: string): Promise<LanguageWords> {
  const files = await readdir(join(folder, language));
  const base = language.split('-', 1)[0] ?? language;
  const [words, own] = await Promise.all([
    readJson(join(folder, files.includes('words.json') ? language : base, 'words.json'), systemWords),
    readJson(join(folder, language, 'figures.json'), figures),
  ]);
  return { ...words, figures: own };
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`The built-in words in ${file} cannot be used: ${detail}`, { cause: error });
  }
}
