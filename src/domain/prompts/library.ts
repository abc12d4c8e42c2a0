import { builtInPromptIds, wordsOf, type BuiltInWords } from './built-in-words.ts';

/** Which prompts there are: what validation needs to know of the library. */
export interface Library {
  promptIds: readonly string[];
  has(promptId: string, language: string): boolean;
  /** Whether the gateway has words of its own in this language. */
  hasWords(language: string): boolean;
  /** Whether amounts of a currency (its ISO code) have words in this language. */
  saysCurrency(currency: string, language: string): boolean;
}

/** The library of the built-in words alone. */
export function libraryOf(words: BuiltInWords): Library {
  return {
    promptIds: [...builtInPromptIds],
    has: (promptId, language) => builtInPromptIds.has(promptId) && wordsOf(words, language) !== null,
    hasWords: (language) => wordsOf(words, language) !== null,
    saysCurrency: (currency, language) =>
      Object.hasOwn(wordsOf(words, language)?.figures.money.currencies ?? {}, currency),
  };
}
