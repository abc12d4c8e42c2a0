/**
 * Where a text may be cut for a service that takes little at a time, best first: after a sentence, after a clause, between words. The
 * danda (।, ॥), the Urdu and Arabic stops (۔ ؟ ، ؛), the CJK ones, and the Ethiopic ones (። ፣) count like ours.
 */
const cuts = [
  /[.!?।॥۔؟…。！？።]+["'»”’)]*(?=\s|$)|\n+|[।॥۔؟。！？።]/gu,
  /[,;:،؛、，；：፣–—]+(?=\s|$)|[،؛、，；：፣]/gu,
  /\s+/gu,
];

/**
 * Pieces of at most `longest` UTF-16 units, in order, without blanks at their ends. Words are cut only where a single one is too long, and
 * then between what readers take for letters.
 */
export function splitText(text: string, longest: number): string[] {
  const pieces: string[] = [];
  for (let rest = text.trim(); rest !== '';) {
    const end = rest.length <= longest ? rest.length : endOfPiece(rest, longest);
    const piece = rest.slice(0, end).trim();
    if (piece !== '') pieces.push(piece);
    rest = rest.slice(end).trimStart();
  }
  return pieces;
}

function endOfPiece(text: string, longest: number): number {
  for (const cut of cuts) {
    const end = lastEnd(text, cut, longest);
    if (end > 0) return end;
  }
  return endOfLetters(text, longest);
}

function lastEnd(text: string, cut: RegExp, longest: number): number {
  // One unit further than the piece may reach, so that a stop at its very end is seen as one.
  const ends = Array.from(
    text.slice(0, longest + 1).matchAll(cut),
    (match) => match.index + match[0].trimEnd().length,
  );
  return ends.findLast((end) => end <= longest) ?? 0;
}

/** Not within a syllable of an Indic script, which are several code points. */
function endOfLetters(text: string, longest: number): number {
  const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text.slice(0, longest + 1),
  );
  const starts = Array.from(letters, ({ index }) => index);
  return starts.findLast((start) => start > 0 && start <= longest) ?? longest;
}
