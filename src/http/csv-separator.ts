/** What stands between the cells of a row. Spreadsheets write semicolons where the comma is in figures, and tabs when told to. */
export type CsvSeparator = ',' | ';' | '\t';

/** A first line that is longer is no header. */
const longestHeaderBytes = 64 * 1024;

/** By the header: no name of a column has any of them in it. */
export function separatorOf(header: string): CsvSeparator {
  return ([',', ';', '\t'] as const).find((each) => header.includes(each)) ?? ',';
}

/** The separator, and all that was to be read, from its beginning. */
export async function readSeparator(
  body: ReadableStream<Uint8Array>,
): Promise<{ separator: CsvSeparator; chunks: AsyncIterable<Uint8Array> }> {
  const source = body[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let text = '';
  while (!/[^\r\n][\r\n]/.test(text) && text.length < longestHeaderBytes) {
    const next = await source.next();
    if (next.done === true) break;
    seen.push(next.value);
    // byte by byte: in UTF-16 each separator is one of the two
    text += Buffer.from(next.value).toString('latin1');
  }
  const header = /[^\r\n]+/.exec(text)?.[0] ?? '';
  return { separator: separatorOf(header), chunks: allOf(seen, source) };
}

async function* allOf(
  seen: readonly Uint8Array[],
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* seen;
    for (;;) {
      const next = await source.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}
