/**
 * Whether every cell that begins with a quote and has line breaks was written so: between quotes, as in RFC 4180. Else its quote was opened and
 * never closed, and swallowed rows until another cell opened one; a parser that lets quotes stand for themselves gives that as a cell like any other.
 *
 * @param raw the row as it came
 */
export function areQuotesClosed(cells: readonly string[], raw: string, separator: string): boolean {
  if (!cells.some(mayHaveSwallowedRows)) return true;
  // of empty lines before it, which were passed over
  let at = raw.search(/[^\r\n]/);
  for (const cell of cells) {
    const quoted = `"${cell.replaceAll('"', '""')}"`;
    const isQuoted = raw.startsWith(quoted, at) && isEnd(raw[at + quoted.length], separator);
    if (!isQuoted && (mayHaveSwallowedRows(cell) || !raw.startsWith(cell, at))) return false;
    at += (isQuoted ? quoted : cell).length + separator.length;
  }
  return true;
}

function mayHaveSwallowedRows(cell: string): boolean {
  return cell.startsWith('"') && cell.includes('\n');
}

function isEnd(character: string | undefined, separator: string): boolean {
  return character === undefined || [separator, '\r', '\n'].includes(character);
}
