import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bearerTokenOf } from '../../../src/domain/api-keys/bearer-token.ts';
import { hashOfKey, isKeyText, newKeyText, startOfKey } from '../../../src/workflows/api-key-text.ts';

const letters = '0123456789abcdefghjkmnpqrstvwxyz'.split('');
const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => newKeyText(() => bytes));

it('a key has the form that scanners look for, and can be sent in a header', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(key).toMatch(/^ivrs_[0-9a-hjkmnp-tv-z]{39}$/);
      expect(isKeyText(key)).toBe(true);
      expect(bearerTokenOf(`Bearer ${key}`)).toBe(key);
    }),
  );
});

it('the checksum is the CRC-32 of all that is before it', () => {
  // by another program: python3 -c "import zlib; print(zlib.crc32(b'ivrs_' + b'0' * 32))" gives 1433412278
  const key = newKeyText(() => new Uint8Array(32));
  expect(key).toBe(`ivrs_${'0'.repeat(32)}${written(1_433_412_278)}`);
});

it('each of 160 bits of chance makes another key', () => {
  const keys = new Set<string>();
  for (let bit = 0; bit < 160; bit += 1) {
    const bytes = new Uint8Array(32);
    bytes[Math.floor(bit / 5)] = 1 << (bit % 5);
    keys.add(newKeyText(() => bytes));
  }
  expect(keys.size).toBe(160);
  expect(new Set(Array.from({ length: 1_000 }, () => newKeyText(randomBytes))).size).toBe(1_000);
});

it('a key with one letter wrong, one missing, or two changed over is none', () => {
  const change = fc.record({
    place: fc.nat({ max: 38 }),
    letter: fc.constantFrom(...letters),
    what: fc.constantFrom('wrong' as const, 'missing' as const, 'changed over' as const),
  });
  fc.assert(
    fc.property(anyKey, change, (key, { place, letter, what }) => {
      const at = 'ivrs_'.length + place;
      const [left, one, two, right] = [key.slice(0, at), key[at] ?? '', key[at + 1] ?? '', key.slice(at + 2)];
      const mistyped = {
        wrong: left + letter + two + right,
        missing: left + two + right,
        'changed over': left + two + one + right,
      }[what];
      fc.pre(mistyped !== key);
      expect(isKeyText(mistyped)).toBe(false);
    }),
  );
});

it('no text that somebody makes up is one, and none throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((text) => `ivrs_${text}`),
      ),
      (text) => {
        expect(isKeyText(text)).toBe(false);
      },
    ),
  );
});

it('what is shown and kept of it tells 20 of its bits, and a hash', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(startOfKey(key)).toBe(key.slice(0, 9));
      expect(hashOfKey(key)).toMatch(/^[\w-]{43}$/);
    }),
  );
});

function written(number: number): string {
  return Array.from({ length: 7 }, (_, place) => letters[Math.floor(number / 32 ** (6 - place)) % 32]).join(
    '',
  );
}
