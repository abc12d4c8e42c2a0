import type { LocalText } from '../../prompts/say.ts';
import { cutText } from './storable-text.ts';

/** Words with the places where a value stands. */
export type WordPiece = string | { name: string };

/** How a value can be spoken within words. */
export type SpokenName =
  /** Known before the phone rings: part of the text. */
  | { kind: 'early'; name: string }
  /** Known only during the call: an item of its own. */
  | { kind: 'late'; item: { number: string } | { digits: string } }
  | { kind: 'unspeakable'; detail: string };

export type SpokenItem = { text: LocalText } | { number: string } | { digits: string };

export interface SpokenWords {
  items: SpokenItem[];
  /** What of it cannot be spoken, as sentences. */
  faults: string[];
}

const longestText = 2_000;

/**
 * What is said, of words in several languages. What is known only during the call stands between texts; that goes only where it stands at the same
 * place in every language, since what is said is one list for all.
 */
export function spokenWords(
  byLanguage: ReadonlyMap<string, readonly WordPiece[]>,
  spokenNameOf: (name: string) => SpokenName,
): SpokenWords {
  const faults = new Set<string>();
  const lines = [...byLanguage].map(([language, pieces]): [string, Line] => [
    language,
    lineOf(pieces, spokenNameOf, faults),
  ]);
  const [first] = lines;
  if (first === undefined) return { items: [], faults: [] };
  const isAlike = lines.every(([, line]) => shapeOf(line) === shapeOf(first[1]));
  if (!isAlike)
    faults.add('The values in it stand at other places from language to language, and are not spoken.');
  const kept = isAlike ? lines : lines.map(([language, line]): [string, Line] => [language, textsOf(line)]);
  const items = (kept[0]?.[1] ?? []).flatMap((item, index) => itemAt(kept, item, index, faults));
  return { items, faults: [...faults] };
}

type Line = (string | { number: string } | { digits: string })[];

function lineOf(
  pieces: readonly WordPiece[],
  spokenNameOf: (name: string) => SpokenName,
  faults: Set<string>,
): Line {
  const line: Line = [];
  const addText = (text: string): void => {
    const last = line.at(-1);
    if (typeof last === 'string') line[line.length - 1] = last + text;
    else line.push(text);
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      addText(withoutBraces(piece));
      continue;
    }
    const spoken = spokenNameOf(piece.name);
    if (spoken.kind === 'early') addText(`{{${spoken.name}}}`);
    else if (spoken.kind === 'late') line.push(spoken.item);
    else faults.add(spoken.detail);
  }
  return line
    .map((item) => (typeof item === 'string' ? withoutLead(item.replaceAll(/\s+/g, ' ')) : item))
    .filter((item) => typeof item !== 'string' || /[\p{L}\p{N}]/u.test(item));
}

/** After a value that is spoken by itself, a full stop or comma would stand at the beginning. */
function withoutLead(text: string): string {
  return text.replace(/^[\s.,;:!?।)]+/, '').trim();
}

/** One text of all that is text in a line. */
function textsOf(line: Line): Line {
  const text = line.filter((item) => typeof item === 'string').join(' ');
  return text === '' ? [] : [text];
}

function shapeOf(line: Line): string {
  return line.map((item) => (typeof item === 'string' ? 'text' : JSON.stringify(item))).join();
}

function itemAt(
  lines: readonly [string, Line][],
  item: Line[number],
  index: number,
  faults: Set<string>,
): SpokenItem[] {
  if (typeof item !== 'string') return [item];
  const texts = lines.flatMap(([language, line]): [string, string][] => {
    const words = line[index];
    return typeof words === 'string' ? [[language, shortened(words, faults)]] : [];
  });
  if (texts.length === lines.length) return [{ text: Object.fromEntries(texts) }];
  faults.add('Without its values there are no words left in some language, and it is not said.');
  return [];
}

function shortened(text: string, faults: Set<string>): string {
  if (text.length <= longestText) return text;
  faults.add(`It is cut off after ${longestText} characters.`);
  return cutText(text, longestText);
}

/** Braces would be taken for the place of a value. */
function withoutBraces(text: string): string {
  return text.replaceAll(/\{{2,}|\}{2,}/g, ' ');
}
