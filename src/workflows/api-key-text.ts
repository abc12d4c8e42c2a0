import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { lettersOf } from '../domain/ids.ts';

/**
 * A key is `ivrs_`, 32 letters of 5 random bits each, and 7 of their CRC-32. The prefix lets people and scanners of repositories see what leaked; by the
 * checksum a scanner knows it for certain, and a key that was mistyped is refused without a look into the database. The letters are those of ids: small, and none
 * that is taken for another. 160 bits cannot be guessed, so one round of SHA-256 guards them: a slow hash is for what people make up.
 */
const prefix = 'ivrs_';
const randomLetters = 32;
const checkLetters = 7;
const form = new RegExp(`^${prefix}[0-9a-hjkmnp-tv-z]{${randomLetters + checkLetters}}$`);
/** 20 bits of 160 are told; those that are left are as hard to guess. */
const toldLetters = prefix.length + 4;

/** @param randomBytes gives that many random bytes */
export function newKeyText(randomBytes: (count: number) => Uint8Array): string {
  return withCheck(prefix + lettersOf(randomBytes(randomLetters).map((byte) => byte & 31)));
}

/** Whether it can be a key of ours: most of what is not is told apart here. */
export function isKeyText(text: string): boolean {
  return form.test(text) && withCheck(text.slice(0, -checkLetters)) === text;
}

/** What is kept and looked up in its place: SHA-256, in base64url. */
export function hashOfKey(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** What may be shown of it. */
export function startOfKey(text: string): string {
  return text.slice(0, toldLetters);
}

function withCheck(start: string): string {
  const sum = crc32(start);
  const digits = Uint8Array.from(
    { length: checkLetters },
    (_, place) => (sum >>> (5 * (checkLetters - 1 - place))) & 31,
  );
  return start + lettersOf(digits);
}
