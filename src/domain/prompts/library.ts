import { builtInPromptIds, wordsOf, type BuiltInWords } from './built-in-words.ts';
import { languagesToTry } from './prompt-version.ts';

/** Which prompts there are: what validation needs to know of the library. */
export interface Library {
  promptIds: readonly string[];
  has(promptId: string, language: string): boolean;
  /** Whether the gateway has words of its own in this language. */
  hasWords(language: string): boolean;
  /** Whether amounts of a currency (its ISO code) have words in this language. */
  saysCurrency(currency: string, language: string): boolean;
}

/** A prompt that somebody put into the library, in one language. */
export interface PromptName {
  id: string;
  language: string;
}

/** The library of the built-in words, and of what was put into it. */
export function libraryOf(words: BuiltInWords, prompts: readonly PromptName[] = []): Library {
  const languagesOf = Map.groupBy(prompts, ({ id }) => id);
  const isBuiltIn = (id: string, language: string): boolean =>
    builtInPromptIds.has(id) && wordsOf(words, language) !== null;
  const isPut = (id: string, language: string): boolean =>
    languagesOf.get(id)?.some((prompt) => languagesToTry(language).includes(prompt.language)) ?? false;
  return {
    promptIds: [...new Set([...builtInPromptIds, ...languagesOf.keys()])],
    has: (id, language) => isBuiltIn(id, language) || isPut(id, language),
    hasWords: (language) => wordsOf(words, language) !== null,
    saysCurrency: (currency, language) =>
      Object.hasOwn(wordsOf(words, language)?.figures.money.currencies ?? {}, currency),
  };
}
