import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { speakBuiltIn } from '../../../src/domain/prompts/speak-built-in.ts';
import type { Voice } from '../../../src/domain/prompts/speak.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

function voice(language: string): Voice {
  return {
    language,
    words: words[language] ?? null,
    people: [],
    valueOf: () => null,
    isKnownLate: () => false,
    greatestOf: () => null,
  };
}

describe('a sentence of the gateway', () => {
  it('is spoken with what belongs into it', () => {
    const parts = speakBuiltIn(voice('hi'), { say: 'system.person_option', name: 'आशा', key: '1' });
    expect(parts).toEqual([{ kind: 'text', language: 'hi', text: 'अगर आप आशा हैं तो 1 दबाइए।' }]);
  });

  it('calls star and hash by their names', () => {
    const parts = speakBuiltIn(voice('en'), {
      say: 'system.consent_options',
      yes_key: '*',
      no_key: '#',
      unsure_key: '3',
    });
    const text = 'For yes, press star. For no, press hash. If you do not know, press 3.';
    expect(parts).toEqual([{ kind: 'text', language: 'en', text }]);
  });

  it('is nothing in a language that the gateway does not speak', () => {
    expect(speakBuiltIn(voice('xx'), { say: 'system.repeat_hint', key: '1' })).toEqual([]);
  });
});
