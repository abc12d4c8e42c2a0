import { isKey, type Key } from '../flows/keys.ts';
import type { LanguageWords, PlaceholderOf, WordId } from './built-in-words.ts';
import type { Voice } from './speak.ts';
import type { SpokenPart } from './spoken-part.ts';
import { fillTemplate } from './template.ts';

/** One of the gateway's own sentences, and what belongs into it: `{ say: 'system.person_option', name: 'Asha', key: '1' }`. */
export type BuiltInSpeech<Id extends WordId> = { say: Id } & {
  [Name in PlaceholderOf<Id>]: Name extends `${string}key` ? Key : string;
};

/** The sentence as it is spoken; nothing where the gateway has no words in this language. */
export function speakBuiltIn<Id extends WordId>(voice: Voice, speech: BuiltInSpeech<Id>): SpokenPart[] {
  const { words } = voice;
  if (words === null) return [];
  const values: Readonly<Record<string, string>> = speech;
  const text = fillTemplate(words[speech.say], (name) => spokenAs(name, values[name] ?? '', words));
  return [{ kind: 'text', language: voice.language, text }];
}

/** How a key is called: a voice would read `*` and `#` aloud as anything, or not at all. */
function keyName(key: Key, words: LanguageWords): string {
  if (key === '*') return words['system.key_star'];
  if (key === '#') return words['system.key_hash'];
  return key;
}

function spokenAs(placeholder: string, value: string, words: LanguageWords): string {
  return placeholder.endsWith('key') && isKey(value) ? keyName(value, words) : value;
}
