import type { UploadedRow } from './uploaded-row.ts';

const longestLineBytes = 256 * 1024;
const newline = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The rows of newline-delimited JSON as they come. Empty lines are passed over; a line that is too long or no JSON is a row at fault. */
export async function* readNdjsonRows(body: ReadableStream<Uint8Array>): AsyncGenerator<UploadedRow> {
  let line = 1;
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      pieces.push(chunk.subarray(from, end));
      yield* rowOf(pieces, { line, bytes: bytes + end - from });
      [pieces, bytes, from] = [[], 0, end + 1];
      line += 1;
    }
    bytes += chunk.byteLength - from;
    if (bytes <= longestLineBytes) pieces.push(chunk.subarray(from));
    else pieces = [];
  }
  yield* rowOf(pieces, { line, bytes });
}

function* rowOf(
  pieces: readonly Uint8Array[],
  { line, bytes }: { line: number; bytes: number },
): Generator<UploadedRow, void, undefined> {
  const fault = (detail: string): UploadedRow => ({ line, faults: [{ pointer: '', detail }] });
  if (bytes > longestLineBytes) return yield fault(`has more than ${longestLineBytes} bytes`);
  let text: string;
  try {
    text = utf8.decode(Buffer.concat(pieces)).trim();
  } catch {
    return yield fault('is not valid UTF-8');
  }
  if (text === '') return;
  try {
    yield { line, received: JSON.parse(text) as unknown };
  } catch {
    yield fault('is not JSON');
  }
}
