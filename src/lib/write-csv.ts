import { guardCell } from './guarded-cell.ts';

/** A cell of an export; null is an empty one. */
export type Cell = string | number | boolean | null;

const byteOrderMark = '\uFEFF';
/** Rows are sent in pieces of about this size. */
const pieceBytes = 32 * 1024;

/** A CSV as it is made: UTF-8 with a byte order mark, RFC 4180, and no cell that a spreadsheet would run. */
export function csvStream(
  header: readonly string[],
  rows: AsyncIterable<readonly Cell[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces(header, rows);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
}

async function* pieces(
  header: readonly string[],
  rows: AsyncIterable<readonly Cell[]>,
): AsyncGenerator<string, undefined> {
  let piece = byteOrderMark + lineOf(header);
  for await (const row of rows) {
    piece += lineOf(row);
    if (piece.length < pieceBytes) continue;
    yield piece;
    piece = '';
  }
  yield piece;
  return undefined;
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(textOf).join(',')}\r\n`;
}

function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = guardCell(cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
