import { unreachable } from '../../lib/assert.ts';

/**
 * Patterns over entered digits: `[6-9]\d{9}`, `(11|22)\d?`. A safe subset of regular expressions with a matcher of its own, which
 * follows sets of positions: no pattern can make it run away, as backtracking does.
 *
 * Allowed: digits, `\d`, `.`, classes such as `[1-59]` and `[^0]`, groups with `|`, and `? * + {n} {n,} {n,m}` after any of them (after a group
 * only where it has none inside). It always speaks of the whole entry; `^` and `$` at the ends are allowed and change nothing.
 */
export type KeyPattern =
  | { kind: 'digits'; digits: string }
  | { kind: 'sequence'; parts: KeyPattern[] }
  | { kind: 'either'; ways: KeyPattern[] }
  | { kind: 'repeat'; part: KeyPattern; least: number; most: number };

export type ParsedKeyPattern =
  { result: 'pattern'; pattern: KeyPattern } | { result: 'fault'; detail: string };

/** No entry is longer, so `*` and `+` need not go further. */
const longestEntry = 32;
const mostDepth = 8;

export function parseKeyPattern(text: string): ParsedKeyPattern {
  const body = text.replace(/^\^/, '').replace(/\$$/, '');
  const reader: Reader = { body, at: 0, depth: 0 };
  try {
    const pattern = readEither(reader);
    if (reader.at < body.length) throw new Unreadable(`has «${body[reader.at] ?? ''}» out of place`);
    return { result: 'pattern', pattern };
  } catch (error) {
    if (error instanceof Unreadable) return { result: 'fault', detail: error.message };
    throw error;
  }
}

/** Whether the whole entry has the pattern's form. */
export function matchesKeyPattern(pattern: KeyPattern, entry: string): boolean {
  return positionsAfter(pattern, entry, new Set([0])).has(entry.length);
}

/** How many digits an entry of this form can have, up to the longest entry that there is. */
export function lengthsOf(pattern: KeyPattern): ReadonlySet<number> {
  const blank = '0'.repeat(longestEntry);
  return positionsAfter(withAnyDigits(pattern), blank, new Set([0]));
}

/** The same form with every digit allowed everywhere. */
function withAnyDigits(pattern: KeyPattern): KeyPattern {
  switch (pattern.kind) {
    case 'digits':
      return { kind: 'digits', digits: '0' };
    case 'sequence':
      return { kind: 'sequence', parts: pattern.parts.map(withAnyDigits) };
    case 'either':
      return { kind: 'either', ways: pattern.ways.map(withAnyDigits) };
    case 'repeat':
      return { ...pattern, part: withAnyDigits(pattern.part) };
    default:
      return unreachable(pattern);
  }
}

function positionsAfter(pattern: KeyPattern, entry: string, from: ReadonlySet<number>): ReadonlySet<number> {
  switch (pattern.kind) {
    case 'digits':
      return new Set([...from].filter((at) => isAmong(entry[at], pattern.digits)).map((at) => at + 1));
    case 'sequence':
      return pattern.parts.reduce((positions, part) => positionsAfter(part, entry, positions), from);
    case 'either':
      return new Set(pattern.ways.flatMap((way) => [...positionsAfter(way, entry, from)]));
    case 'repeat':
      return positionsAfterRepeat(pattern, entry, from);
    default:
      return unreachable(pattern);
  }
}

function positionsAfterRepeat(
  { part, least, most }: KeyPattern & { kind: 'repeat' },
  entry: string,
  from: ReadonlySet<number>,
): ReadonlySet<number> {
  let positions = from;
  const reached = new Set(least === 0 ? from : []);
  for (let times = 1; times <= most && positions.size > 0; times += 1) {
    positions = positionsAfter(part, entry, positions);
    if (times >= least) for (const position of positions) reached.add(position);
  }
  return reached;
}

function isAmong(digit: string | undefined, digits: string): boolean {
  return digit !== undefined && digits.includes(digit);
}

interface Reader {
  body: string;
  at: number;
  depth: number;
}

/** Carries the reason out of the recursion; never leaves this module. */
class Unreadable extends Error {}

function readEither(reader: Reader): KeyPattern {
  reader.depth += 1;
  if (reader.depth > mostDepth) throw new Unreadable('is nested too deeply');
  const ways = [readSequence(reader)];
  while (reader.body[reader.at] === '|') {
    reader.at += 1;
    ways.push(readSequence(reader));
  }
  reader.depth -= 1;
  return ways.length === 1 && ways[0] ? ways[0] : { kind: 'either', ways };
}

function readSequence(reader: Reader): KeyPattern {
  const parts: KeyPattern[] = [];
  while (reader.at < reader.body.length && !'|)'.includes(reader.body[reader.at] ?? '')) {
    parts.push(readRepeat(reader, readAtom(reader)));
  }
  if (parts.length === 0) throw new Unreadable('has an empty alternative');
  return { kind: 'sequence', parts };
}

function readAtom(reader: Reader): KeyPattern {
  const rest = reader.body.slice(reader.at);
  if (rest.startsWith('(')) return readGroup(reader);
  const match = /^(?:[0-9]|\\d|\.|\[\^?(?:[0-9](?:-[0-9])?)+\])/.exec(rest);
  if (match === null)
    throw new Unreadable(`cannot use «${Array.from(rest)[0] ?? ''}»: only digits are ever entered`);
  reader.at += match[0].length;
  return { kind: 'digits', digits: digitsOf(match[0]) };
}

function readGroup(reader: Reader): KeyPattern {
  reader.at += reader.body.startsWith('(?:', reader.at) ? 3 : 1;
  const inner = readEither(reader);
  if (reader.body[reader.at] !== ')') throw new Unreadable('has a group that is not closed');
  reader.at += 1;
  return inner;
}

function readRepeat(reader: Reader, part: KeyPattern): KeyPattern {
  const match = /^(?:[?*+]|\{(\d{1,2})(?:(,)(\d{1,2})?)?\})/.exec(reader.body.slice(reader.at));
  if (match === null) return part;
  reader.at += match[0].length;
  if (hasRepeat(part)) throw new Unreadable('repeats a group that has a repetition inside');
  const [least, most] = boundsOf(match);
  if (least > most || most > longestEntry)
    throw new Unreadable(`has limits that make no sense: «${match[0]}»`);
  return { kind: 'repeat', part, least, most };
}

function boundsOf([sign, least, comma, most]: readonly (string | undefined)[]): [number, number] {
  if (sign === '?') return [0, 1];
  if (sign === '*') return [0, longestEntry];
  if (sign === '+') return [1, longestEntry];
  return [
    Number(least),
    most === undefined ? (comma === undefined ? Number(least) : longestEntry) : Number(most),
  ];
}

function hasRepeat(pattern: KeyPattern): boolean {
  switch (pattern.kind) {
    case 'digits':
      return false;
    case 'sequence':
      return pattern.parts.some(hasRepeat);
    case 'either':
      return pattern.ways.some(hasRepeat);
    case 'repeat':
      return true;
    default:
      return unreachable(pattern);
  }
}

function digitsOf(atom: string): string {
  const all = '0123456789';
  if (atom === '\\d' || atom === '.') return all;
  if (!atom.startsWith('[')) return atom;
  const inside = atom.replaceAll(/(\d)-(\d)/g, (_, from: string, to: string) =>
    all.slice(Number(from), Number(to) + 1),
  );
  const isIn = (digit: string): boolean => inside.includes(digit);
  return Array.from(all)
    .filter((digit) => isIn(digit) !== atom.startsWith('[^'))
    .join('');
}
