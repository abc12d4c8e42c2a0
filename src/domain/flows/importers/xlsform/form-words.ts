import { checkSpeakable } from '../../../prompts/check-speakable.ts';
import { plainWords } from '../plain-words.ts';
import { spokenWords, type SpokenItem, type SpokenName, type WordPiece } from '../spoken-words.ts';
import { note, noteGap, whyUnknown, type FormBuilder } from './form-builder.ts';
import { textsOf } from './form-languages.ts';
import type { FormRow } from './form-table.ts';

/** What a row says: a prompt where the form has a recording, else words; null where it says nothing at all. */
export function wordsOfRow(
  builder: FormBuilder,
  row: FormRow,
  id: string,
): string | SpokenItem | SpokenItem[] | null {
  const texts = withHints(builder, row);
  const recordings = textsOf(row, 'audio', builder.languages);
  if (recordings.size > 0) return recordedWords(builder, row, { id, recordings, words: texts });
  const words = completed(builder, row, { field: 'label', texts });
  return words === null ? null : sayOf(builder, row, 'label', words);
}

/** Words of another field, such as those about a wrong answer; null where a language lacks them, since half of them are of no use. */
export function wordsOfField(
  builder: FormBuilder,
  row: FormRow,
  field: string,
): SpokenItem | SpokenItem[] | null {
  const texts = cleaned(builder, row, { field });
  if (texts.size === 0) return null;
  const missing = builder.languages.tags.filter((tag) => !texts.has(tag));
  if (missing.length === 0) return sayOf(builder, row, field, texts);
  note(builder, row, {
    kind: 'left_out',
    field,
    detail: `These words are missing in ${missing.join(', ')}; the gateway's own words are said in their place.`,
  });
  return null;
}

/**
 * Words in every language, in the flow's order. Where one lacks them, those of another stand in as far as a voice of the language can speak them;
 * else it is a gap. Null where there are none at all.
 */
export function completed(
  builder: FormBuilder,
  row: FormRow,
  of: { field: string; texts: ReadonlyMap<string, string>; sheet?: string },
): Map<string, string> | null {
  const { field, texts, sheet } = of;
  const { tags } = builder.languages;
  if (!tags.some((tag) => texts.has(tag))) return null;
  const place = { field, ...(sheet === undefined ? {} : { sheet }) };
  return new Map(
    tags.map((language) => {
      const own = texts.get(language);
      return [language, own ?? standIn(builder, row, { ...place, language, texts })];
    }),
  );
}

function standIn(
  builder: FormBuilder,
  row: FormRow,
  of: { field: string; sheet?: string; language: string; texts: ReadonlyMap<string, string> },
): string {
  const { language, texts, ...place } = of;
  const sources = [...texts].filter(([source]) => builder.languages.tags.includes(source));
  const found = sources.find(([, text]) => checkSpeakable(text, language).length === 0);
  const field = columnFor(builder, of) ?? place.field;
  if (found === undefined) {
    const detail = `There are no words in ${language}.`;
    noteGap(builder, row, { kind: 'left_out', detail, language, ...place, field });
    return sources[0]?.[1] ?? '';
  }
  note(builder, row, {
    kind: 'changed',
    detail: `There are no words in ${language}; those in ${found[0]} are spoken there too.`,
    suggestion: 'Translate them in the form, or in the flow.',
    ...place,
    field,
  });
  return found[1];
}

/** The heading under which the words would stand. */
function columnFor(
  { survey, choices, languages }: FormBuilder,
  { field, sheet, language }: { field: string; sheet?: string; language: string },
): string | undefined {
  const columns = sheet === undefined ? survey.columns : (choices?.columns ?? []);
  return columns.find((column) => column.field === field && languages.tagOf(column) === language)?.heading;
}

/** Words that a voice of their language can speak, by language; others are noted. */
export function cleaned(
  builder: FormBuilder,
  row: FormRow,
  of: { field: string; sheet?: string },
): Map<string, string> {
  const plain = [...textsOf(row, of.field, builder.languages)].map(([tag, text]): [string, string] => [
    tag,
    plainWords(text),
  ]);
  return new Map(
    plain.filter(([language, text]) => {
      if (!/[\p{L}\p{N}]|\$\{/u.test(text)) return false;
      const [fault] = checkSpeakable(text.replaceAll(/\$\{[^}]*\}/g, ' x '), language);
      if (fault !== undefined)
        note(builder, row, {
          kind: 'left_out',
          detail: `What is written for ${language} ${fault.detail}.`,
          ...of,
        });
      return fault === undefined;
    }),
  );
}

/** The label, and after it the hint where there is one in that language. */
function withHints(builder: FormBuilder, row: FormRow): Map<string, string> {
  const labels = cleaned(builder, row, { field: 'label' });
  const hints = cleaned(builder, row, { field: 'hint' });
  return new Map([...labels].map(([tag, label]) => [tag, [label, hints.get(tag) ?? ''].join(' ').trim()]));
}

function recordedWords(
  builder: FormBuilder,
  row: FormRow,
  spoken: { id: string; recordings: ReadonlyMap<string, string>; words: ReadonlyMap<string, string> },
): string {
  const promptId = `${builder.promptPrefix}.${spoken.id}`;
  for (const language of builder.languages.tags) {
    const file = spoken.recordings.get(language)?.slice(0, 300) ?? null;
    const written = spoken.words.get(language) ?? null;
    // A prompt in the library is the same in every call: the place of a value stays empty.
    const text =
      written === null ? null : plainWords(written.replaceAll(/\$\{[^}]*\}/g, ' ')).slice(0, 2_000);
    builder.prompts.push({ id: promptId, language, file, text });
    if (file === null)
      note(builder, row, {
        kind: 'changed',
        field: 'audio',
        detail:
          text === null
            ? `There is neither a recording nor a label in ${language}: the prompt «${promptId}» has to be made.`
            : `There is no recording in ${language}: the prompt «${promptId}» is to be made of the label there.`,
      });
  }
  return promptId;
}

function sayOf(
  builder: FormBuilder,
  row: FormRow,
  field: string,
  texts: ReadonlyMap<string, string>,
): SpokenItem | SpokenItem[] | null {
  const pieces = new Map([...texts].map(([tag, text]) => [tag, piecesOf(text)]));
  const { items, faults } = spokenWords(pieces, (name) => spokenNameOf(builder, name));
  for (const detail of faults) note(builder, row, { kind: 'changed', field, detail });
  const [first] = items;
  if (first === undefined) return null;
  return items.length === 1 ? first : items.slice(0, 50);
}

function piecesOf(text: string): WordPiece[] {
  return text
    .split(/\$\{\s*([^{}\s]+)\s*\}/)
    .map((piece, index) => (index % 2 === 1 ? { name: piece } : piece));
}

function spokenNameOf(builder: FormBuilder, name: string): SpokenName {
  const known = builder.known.get(name);
  switch (known?.kind) {
    case 'variable':
      return known.isEarly
        ? { kind: 'early', name: known.name }
        : { kind: 'late', item: { number: `{{${known.name}}}` } };
    case 'question':
      if (known.spoken === 'number') return { kind: 'late', item: { number: `{{${known.id}}}` } };
      if (known.spoken === 'digits') return { kind: 'late', item: { digits: `{{${known.id}}}` } };
      return unspeakable(
        `The answer to «${name}» is not spoken in it: only numbers are known in time to be.`,
      );
    case 'several':
      return unspeakable(
        `The answers to «${name}» are not spoken in it: only numbers are known in time to be.`,
      );
    case 'left_out':
      return unspeakable(`The value of «${name}» is not spoken in it, since row ${known.row} is left out.`);
    case undefined:
      return unspeakable(`It ${whyUnknown(builder, name)}; that is not spoken.`);
  }
}

function unspeakable(detail: string): SpokenName {
  return { kind: 'unspeakable', detail };
}
