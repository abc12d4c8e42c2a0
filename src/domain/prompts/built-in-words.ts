import { z } from 'zod';
import { plainText } from '../plain-text.ts';
import type { Figures } from './figures.ts';
import type { SpokenPart } from './spoken-part.ts';
import { namesIn } from './template.ts';

/**
 * The words that the gateway itself says, by language. They are kept as JSON beside the program, one folder a language; whoever
 * adds a language translates this list. The names are the placeholders that each text must have.
 */
const placeholdersOf = {
  'system.please_press': [],
  'system.wrong_key': [],
  'system.wrong_entry': [],
  'system.for_label_press': ['label', 'key'],
  'system.thank_you': [],
  'system.welcome_back': [],
  'system.goodbye': [],
  'system.please_wait': [],
  'system.digits_entered': [],
  'system.confirm_digits': [],
  'system.opt_out_confirm': ['key'],
  'system.opt_out_done': [],
  'system.repeat_hint': ['key'],
  'system.practice_key': ['key'],
  'system.key_star': [],
  'system.key_hash': [],
  'system.automatic_call': [],
  'system.call_recorded': [],
  'system.language_name': [],
  'system.choose_language': ['key'],
  'system.person_intro': [],
  'system.person_option': ['name', 'key'],
  'system.person_none': ['key'],
  'system.person_none_goodbye': [],
  'system.consent_options': ['yes_key', 'no_key', 'unsure_key'],
  'system.consent_yes_done': [],
  'system.consent_no_done': [],
  'system.consent_unsure_done': [],
  'system.record_prompts_intro': [],
  'system.record_after_beep': [],
  'system.record_stop_key': ['key'],
  'system.record_skip_key': ['key'],
  'system.record_review': ['hear_key', 'again_key', 'keep_key'],
  'system.recorded': [],
  'system.nothing_recorded': [],
  'system.recorded_too_loud': [],
  'system.reference_number_is': [],
  'system.transferring': [],
  'system.transfer_failed': [],
  'system.agents_busy': [],
  'system.closed': [],
} as const satisfies Record<string, readonly string[]>;

export type WordId = keyof typeof placeholdersOf;
/** The placeholders of a word. Those whose name ends in `key` stand for a key of the phone. */
export type PlaceholderOf<Id extends WordId> = (typeof placeholdersOf)[Id][number];
export const wordIds = Object.keys(placeholdersOf) as WordId[];

const word = plainText({ min: 1, max: 500 });

/** One `words.json`: every word, with exactly its placeholders. */
export const systemWords = z.record(z.enum(wordIds), word).superRefine((words, context) => {
  for (const id of wordIds) {
    const wanted = placeholdersOf[id].map((name) => `{{${name}}}`).toSorted();
    const found = namesIn(words[id])
      .map((name) => `{{${name}}}`)
      .toSorted();
    if (wanted.join() !== found.join()) {
      context.addIssue({
        code: 'custom',
        path: [id],
        message: wanted.length === 0 ? 'must have no placeholders' : `must have ${wanted.join(' and ')}`,
      });
    }
  }
});

/** All that a language's folder holds: the words, and how the language says figures. */
export type LanguageWords = Readonly<z.infer<typeof systemWords>> & { readonly figures: Figures };

/** By language tag. */
export type BuiltInWords = Readonly<Record<string, LanguageWords>>;

/** The words of a language, or of its base (`hi` for `hi-IN`); null where there are none. */
export function wordsOf(words: BuiltInWords, language: string): LanguageWords | null {
  return words[language] ?? words[language.split('-', 1)[0] ?? ''] ?? null;
}

/** Prompts that a flow may name: those that need nothing filled in. */
export const builtInPromptIds: ReadonlySet<string> = new Set(
  wordIds.filter((id) => placeholdersOf[id].length === 0),
);

export function isWordId(id: string): id is WordId {
  return Object.hasOwn(placeholdersOf, id);
}

/** A prompt of the gateway's own, as it is spoken; nothing where it has no words in this language. */
export function systemPrompt(words: BuiltInWords, prompt: { id: WordId; language: string }): SpokenPart[] {
  const text = wordsOf(words, prompt.language)?.[prompt.id];
  return text === undefined ? [] : [{ kind: 'prompt', ...prompt, text }];
}
