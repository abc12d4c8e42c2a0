import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import { bearerTokenOf, canBeSent } from '../../../src/domain/api-keys/bearer-token.ts';

it.each<[string | null, string | null]>([
  [null, null],
  ['', null],
  ['Bearer', null],
  ['Bearer ', null],
  ['Bearer a b', null],
  ['Bearer a,b', null],
  ['Basic YWRtaW46', null],
  ['ivrs_abc', null],
  ['Bearer abc', 'abc'],
  ['bearer  abc== ', 'abc=='],
  ['Bearer a=b', null],
  [`Bearer ${'a'.repeat(512)}`, 'a'.repeat(512)],
  [`Bearer ${'a'.repeat(513)}`, null],
])('of the header %j the key is %j', (header, key) => {
  expect(bearerTokenOf(header)).toBe(key);
});

it('whatever is in a header, a key is what can be sent, or there is none', () => {
  const anyHeader = fc.oneof(
    fc.string(),
    fc.string().map((text) => `Bearer ${text}`),
  );
  fc.assert(
    fc.property(anyHeader, (header) => {
      const key = bearerTokenOf(header);
      if (key !== null) expect(canBeSent(key) && header.includes(key)).toBe(true);
    }),
  );
});

it('every key that the configuration takes is understood in a header', () => {
  const anyText = fc.oneof(
    fc.base64String({ minLength: 24 }),
    fc.string({ minLength: 24, maxLength: 60 }),
    fc.stringMatching(/^[A-Za-z0-9._~+/-]{24,60}={0,2}$/),
  );
  let taken = 0;
  fc.assert(
    fc.property(anyText, (key) => {
      if (!isTaken(key)) return;
      taken += 1;
      expect(bearerTokenOf(`Bearer ${key}`)).toBe(key);
    }),
  );
  expect(taken).toBeGreaterThan(10);
});

it.each(['k7Jw2pQz9xRt!4vBn8mLc6sDf', 'k7Jw2pQz9xRt4vBn8mLc6sDf'.repeat(22)])(
  'a key that no header can carry is refused, with what is to be done: «%s»',
  (key) => {
    expect(() => readConfig({ IVRS_TELEPHONY: 'simulator', IVRS_API_KEY: key })).toThrow(
      /IVRS_API_KEY cannot be sent in an Authorization header: take at most 512 letters/,
    );
  },
);

it('a configuration without a key is taken: there may be some on record', () => {
  expect(readConfig({ IVRS_TELEPHONY: 'simulator' }).apiKey).toBeNull();
});

function isTaken(key: string): boolean {
  try {
    return readConfig({ IVRS_TELEPHONY: 'simulator', IVRS_API_KEY: key }).apiKey === key;
  } catch {
    return false;
  }
}
