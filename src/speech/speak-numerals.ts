import { wordsOf, type BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { spellNumerals } from '../domain/prompts/spell-numerals.ts';
import type { Synthesiser } from './synthesiser.ts';

/** The same voice, which is given numerals in the words of the language: what a voice makes of digits is anybody's guess. */
export function speakNumerals(voice: Synthesiser, words: BuiltInWords): Synthesiser {
  return {
    name: voice.name,
    get isAvailable() {
      return voice.isAvailable;
    },
    voiceOf(language) {
      const identity = voice.voiceOf(language);
      return identity === null || wordsOf(words, language) === null
        ? identity
        : `${identity} numerals in words`;
    },
    speak({ text, language }, signal) {
      const figures = wordsOf(words, language)?.figures;
      const spelled = figures === undefined ? text : spellNumerals(text, figures);
      return voice.speak({ text: spelled, language }, signal);
    },
  };
}
