/** OID of `text`, in PostgreSQL's catalogue. */
const textType = 25;
const headBytes = 20;
const lengthBytes = 4;

/**
 * Texts as PostgreSQL reads a parameter of type `text[]` in its binary format (`array_recv` in its source: dimensions, whether there are nulls, type of the elements, how
 * many there are, number of the first; then each with its length before it). As JSON, or in the text format, each would be quoted here and unquoted there.
 */
export function textArray(texts: readonly (string | null)[]): Buffer {
  const bytes = texts.reduce(
    (sum, text) => sum + lengthBytes + (text === null ? 0 : Buffer.byteLength(text)),
    0,
  );
  const array = Buffer.allocUnsafe(headBytes + bytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(1, 4);
  array.writeInt32BE(textType, 8);
  array.writeInt32BE(texts.length, 12);
  array.writeInt32BE(1, 16);
  let at = headBytes;
  for (const text of texts) {
    const written = text === null ? -1 : array.write(text, at + lengthBytes);
    array.writeInt32BE(written, at);
    at += lengthBytes + Math.max(written, 0);
  }
  return array;
}
