import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { watchUtf8 } from '../../../src/http/watch-utf8.ts';

async function isValid(chunks: readonly Uint8Array[]): Promise<boolean> {
  const watched = watchUtf8(Readable.from(chunks));
  const passed: Uint8Array[] = [];
  for await (const chunk of watched.chunks) passed.push(chunk);
  expect(Buffer.concat(passed)).toEqual(Buffer.concat(chunks));
  return watched.isValid;
}

/** Cut into pieces of this size, also within a character. */
const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
    bytes.subarray(place * size, (place + 1) * size),
  );

it('takes every text for UTF-8, with U+FFFD in it too, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), async (text, size) => {
      expect(await isValid(cut(new TextEncoder().encode(`\ufeff${text}\ufffd`), size))).toBe(true);
    }),
  );
});

it.each<[string, number[]]>([
  ['a byte of another encoding', [0x41, 0xe9, 0x41]],
  ['a character that is cut short by the end', [0x41, 0xe0, 0xa4]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
])('does not take %s for UTF-8, and lets the bytes pass', async (_, bytes) => {
  expect(await isValid([Uint8Array.from(bytes)])).toBe(false);
  expect(await isValid(cut(Uint8Array.from(bytes), 1))).toBe(false);
});
