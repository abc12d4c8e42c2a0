import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { speakNumerals } from '../../../src/speech/speak-numerals.ts';
import type { Synthesiser } from '../../../src/speech/synthesiser.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

function voiceThatRepeats(): Synthesiser {
  return {
    name: 'espeak-ng',
    isAvailable: true,
    voiceOf: (language) => (language === 'tlh' ? null : `voice ${language}`),
    speak: ({ text }) => Promise.resolve(Buffer.from(text)),
  };
}

describe('a voice that is given numerals in words', () => {
  it.each([
    ['ne', '1 थिच्नुहोस्।', 'एक थिच्नुहोस्।'],
    ['hi-IN', '2 दबाइए।', 'दो दबाइए।'],
    ['sv', 'tryck 1', 'tryck 1'],
  ])('speaks %s: «%s» as «%s»', async (language, text, spoken) => {
    const voice = speakNumerals(voiceThatRepeats(), words);
    expect((await voice.speak({ text, language })).toString()).toBe(spoken);
  });

  it('is another voice where numerals are spelled, so that older sounds are not taken for its own', () => {
    const voice = speakNumerals(voiceThatRepeats(), words);
    expect(['hi', 'sv', 'tlh'].map((language) => voice.voiceOf(language))).toEqual([
      'voice hi numerals in words',
      'voice sv',
      null,
    ]);
  });
});
