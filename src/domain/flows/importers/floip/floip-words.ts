import { checkSpeakable } from '../../../prompts/check-speakable.ts';
import { plainWords } from '../plain-words.ts';
import { spokenWords, type SpokenItem, type SpokenName, type WordPiece } from '../spoken-words.ts';
import { contactProperty, note, resultNamed, tagsOf, type FloipBuilder } from './floip-builder.ts';
import { textIn, type FloipBlock, type FloipValue } from './read-container.ts';

export type FloipSay = string | SpokenItem | SpokenItem[];

/** What a resource sounds like in one language. */
interface Spoken {
  recording: string | null;
  text: string | null;
}

/** Top-level names of the context; after any other name an `@` is a letter of the text. */
const contextNames = new Set([
  'contact',
  'results',
  'flow',
  'run',
  'block',
  'parent',
  'child',
  'session',
  'date',
]);

/**
 * What a resource says on the phone: recordings and texts for IVR before those for other ways. Where a language has a recording, or none of the
 * languages' words stand in for a missing one, it becomes a prompt of the library. Null where the resource says nothing at all.
 */
export function wordsOfResource(
  builder: FloipBuilder,
  block: FloipBlock,
  resource: { reference: unknown; promptName: string },
): FloipSay | null {
  const spoken = spokenIn(builder, textIn(resource.reference));
  if (![...spoken.values()].some(({ recording, text }) => recording !== null || text !== null)) return null;
  const tags = tagsOf(builder);
  const isText = tags.every((tag) => spoken.get(tag)?.recording === null && spoken.get(tag)?.text !== null);
  return isText
    ? textSay(builder, block, spoken)
    : promptSay(builder, block, { spoken, name: resource.promptName });
}

/** The texts of a resource, where it has one in every language and needs no values; for what is listed among options. */
export function labelOfResource(builder: FloipBuilder, reference: unknown): Record<string, string> | null {
  const spoken = spokenIn(builder, textIn(reference));
  const entries = tagsOf(builder).map((tag): [string, string] => [
    tag,
    plainWords(spoken.get(tag)?.text ?? ''),
  ]);
  const isUsable = entries.every(
    ([tag, text]) =>
      text !== '' &&
      text.length <= 500 &&
      !/@|\{\{|\}\}/.test(text) &&
      checkSpeakable(text, tag).length === 0,
  );
  return isUsable && entries.length > 0 ? Object.fromEntries(entries) : null;
}

function spokenIn({ flow, languages }: FloipBuilder, uuid: string): Map<string, Spoken> {
  const values = flow.resources.get(uuid) ?? [];
  const spoken = new Map<string, Spoken>();
  for (const [id, tag] of languages) {
    const own = values.filter(({ languageId }) => languageId === id);
    const known = spoken.get(tag);
    const found = { recording: best(own, 'AUDIO'), text: best(own, 'TEXT') };
    spoken.set(tag, { recording: known?.recording ?? found.recording, text: known?.text ?? found.text });
  }
  return spoken;
}

/** For IVR where there is one; a text also from the other modes. */
function best(values: readonly FloipValue[], contentType: string): string | null {
  const fitting = values.filter(
    ({ contentType: type, value }) => type === contentType && value.trim() !== '',
  );
  const forPhone = fitting.find(({ modes }) => modes.includes('IVR') || modes.length === 0);
  if (forPhone !== undefined) return forPhone.value;
  return contentType === 'TEXT' ? (fitting[0]?.value ?? null) : null;
}

function textSay(
  builder: FloipBuilder,
  block: FloipBlock,
  spoken: ReadonlyMap<string, Spoken>,
): FloipSay | null {
  const texts = [...spoken].map(([tag, { text }]): [string, WordPiece[]] => [
    tag,
    piecesOf(plainWords(text ?? '')),
  ]);
  const { items, faults } = spokenWords(new Map(texts), (name) => spokenNameOf(builder, block, name));
  for (const detail of faults) note(builder, block, { kind: 'changed', detail });
  const [first] = items;
  if (first === undefined) return null;
  return items.length === 1 ? first : items.slice(0, 50);
}

function promptSay(
  builder: FloipBuilder,
  block: FloipBlock,
  { spoken, name }: { spoken: ReadonlyMap<string, Spoken>; name: string },
): string {
  const id = `${builder.promptPrefix}.${name}`;
  for (const [language, { recording, text }] of spoken) {
    const words = text === null ? null : plainWords(text).slice(0, 2_000) || null;
    builder.prompts.push({ id, language, file: recording?.slice(0, 500) ?? null, text: words });
    if (recording === null && words === null)
      note(builder, block, {
        kind: 'changed',
        detail: `There is neither a recording nor a text in ${language}: the prompt «${id}» has to be made.`,
      });
  }
  return id;
}

/** `Hello @contact.name, you are @results.age.value`; `@@` is an `@`. */
function piecesOf(text: string): WordPiece[] {
  const form = /@@|@\(([^()]{1,200})\)|@([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)/g;
  const pieces: WordPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(form)) {
    const name = (match[1] ?? match[2] ?? '').trim();
    if (
      match[0] !== '@@' &&
      !contextNames.has(name.split('.')[0]?.toLowerCase() ?? '') &&
      match[1] === undefined
    )
      continue;
    pieces.push(text.slice(end, match.index), match[0] === '@@' ? '@' : { name });
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

function spokenNameOf(builder: FloipBuilder, block: FloipBlock, name: string): SpokenName {
  const property = contactProperty(name);
  if (property !== null) return { kind: 'early', name: property };
  const result = resultNamed(builder, block, name);
  if (result?.kind === 'question' && result.isNumber)
    return { kind: 'late', item: { number: `{{${result.id}}}` } };
  if (result?.kind === 'variable') return { kind: 'late', item: { number: `{{${result.name}}}` } };
  return {
    kind: 'unspeakable',
    detail: `«@${name.slice(0, 100)}» is not spoken in it: of what is known only during the call, only numbers can be.`,
  };
}
