import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, lastingKeysOf, VaultError } from '../../../src/db/vault.ts';

const key = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);
const number = '+919876543210';

describe('a vault', () => {
  it('opens what it sealed, whatever the text', () => {
    const vault = createVault(key);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
        expect(vault.open(vault.seal(text, context), context)).toBe(text);
      }),
    );
  });

  it('seals the same text differently each time, and shows nothing of it', () => {
    const vault = createVault(key);
    const sealed = [vault.seal(number, 'p'), vault.seal(number, 'p')];
    expect(sealed[0]?.equals(sealed[1]!)).toBe(false);
    expect(sealed[0]?.includes('9876543210')).toBe(false);
  });

  it('does not open what was changed in any byte', () => {
    const vault = createVault(key);
    const sealed = vault.seal(number, 'p');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      expect(() => vault.open(changed, 'p')).toThrow(VaultError);
    }
  });

  it('does not open what was cut short', () => {
    const vault = createVault(key);
    const sealed = vault.seal(number, 'p');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => vault.open(sealed.subarray(0, length), 'p')).toThrow(VaultError);
    }
  });

  it('does not open what was sealed for something else', () => {
    const vault = createVault(key);
    expect(() => vault.open(vault.seal(number, 'person-1'), 'person-2')).toThrow(VaultError);
  });

  it('does not open what another key sealed, unless it was given that key as an older one', () => {
    const sealed = createVault(key).seal(number, 'p');
    expect(() => createVault(otherKey).open(sealed, 'p')).toThrow(VaultError);
    expect(createVault(otherKey, { others: [key] }).open(sealed, 'p')).toBe(number);
  });

  it('knows a person by a keyed hash: the same for a number and a key, another for any other', () => {
    const vault = createVault(key);
    expect(vault.personOf(number)).toBe(createVault(key).personOf(number));
    expect(vault.personOf(number)).toMatch(/^[\w-]{22}$/);
    expect(vault.personOf('+919876543211')).not.toBe(vault.personOf(number));
    expect(createVault(otherKey).personOf(number)).not.toBe(vault.personOf(number));
  });

  it('has a key for each use, of which none is another', () => {
    const vault = createVault(key);
    const sounds = vault.soundKey(vault.keyId)!;
    expect(vault.hostSecret('a.example')).not.toEqual(vault.hostSecret('b.example'));
    expect(vault.hostSecret('a.example')).toEqual(createVault(key).hostSecret('a.example'));
    expect(createVault(otherKey).hostSecret('a.example')).not.toEqual(vault.hostSecret('a.example'));
    // what one use gives away signs, seals and hashes nothing of another's
    const signedWith = (used: Buffer): Buffer => createHmac('sha256', used).update('a.example').digest();
    expect(vault.hostSecret('a.example')).not.toEqual(signedWith(sounds));
    expect(vault.hostSecret('a.example').subarray(0, 16).toString('base64url')).not.toBe(
      vault.personOf('a.example'),
    );
    expect(key.equals(sounds)).toBe(false);
  });

  // else nobody on record would be known any more, and nothing that is stored would open
  it('derives from a key what every version has derived from it', () => {
    const vault = createVault(key);
    expect(vault.keyId).toBe('889c1eaf');
    expect(vault.personOf(number)).toBe('iYzSn5aqNmzXGiAGLIWjRw');
    expect(vault.hostSecret('a.example').toString('base64url')).toBe(
      'HaPBG67OptNwpO-u0EpYuOf3aYmFKWR76VhvE6JpPK4',
    );
    expect(vault.soundKey(vault.keyId)?.toString('base64url')).toBe(
      'sRpyH9iYb3IyHdCGc5ugaKnLLawcDdzyvOX_mjtxRg4',
    );
    const sealed = 'AYicHq_60VC6H79Q-hjervgmjXqZIHhEqyB8WtpnUuS9fjc-vTRK7kwLO9fi-w';
    expect(vault.open(Buffer.from(sealed, 'base64url'), 'p')).toBe(number);
  });

  it('keeps the keys of sounds by their ids, older ones too', () => {
    const [older, newer] = [createVault(otherKey), createVault(key, { others: [otherKey] })];
    expect(newer.soundKey(older.keyId)).toEqual(older.soundKey(older.keyId));
    expect(newer.soundKey(newer.keyId)).not.toEqual(newer.soundKey(older.keyId));
    expect(createVault(key).soundKey(older.keyId)).toBeNull();
  });

  it('tells what the present key sealed from what another one did', () => {
    const vault = createVault(key, { others: [otherKey] });
    expect(vault.isSealedNow(vault.seal(number, 'p'))).toBe(true);
    expect(vault.isSealedNow(createVault(otherKey).seal(number, 'p'))).toBe(false);
  });

  it('knows persons and hosts by the keys that last, whichever key seals', () => {
    const [first, second] = [createVault(key), createVault(otherKey, { lasting: lastingKeysOf(key) })];
    expect(second.personOf(number)).toBe(first.personOf(number));
    expect(second.hostSecret('crm.example')).toEqual(first.hostSecret('crm.example'));
    expect(second.soundKey(second.keyId)).not.toEqual(first.soundKey(first.keyId));
  });

  it('tells keys apart without giving them away', () => {
    expect(createVault(key).keyId).toMatch(/^[0-9a-f]{8}$/);
    expect(createVault(key).keyId).not.toBe(createVault(otherKey).keyId);
    expect(key.toString('hex')).not.toContain(createVault(key).keyId);
  });

  it('refuses keys that are not 32 bytes', () => {
    for (const length of [0, 16, 31, 33]) expect(() => createVault(Buffer.alloc(length))).toThrow(VaultError);
  });
});
