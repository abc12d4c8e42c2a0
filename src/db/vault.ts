import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { PersonHash } from '../domain/calls/call.ts';
import { assert } from '../lib/assert.ts';
import { createRandomPool } from '../lib/random-pool.ts';

/**
 * Seals what must not lie about in clear (phone numbers, webhook secrets), and gives each number the keyed hash under which the rest of
 * the program knows its person.
 *
 * A sealed value is: format (1 byte, 1) · key id (4 bytes) · nonce (12) · ciphertext · tag (16), AES-256-GCM. The `context` that it was
 * sealed for is authenticated with it, so a value that was moved to another row does not open. The key id tells which key to
 * open with, so that keys can be rotated: `seal-anew.ts`.
 */
export interface Vault {
  /** For sealing sounds in files, of the key with this id; null where that is not here. */
  soundKey(keyId: string): Buffer | null;
  /** For signing what is asked of another system: each host has a secret of its own, from which no other can be told. */
  hostSecret(host: string): Buffer;
  /** Eight hex digits that tell keys apart and give nothing of them away. */
  readonly keyId: string;
  /** Always the same for a number and a key. @param number E.164 with + */
  personOf(number: string): PersonHash;
  seal(text: string, context: string): Buffer;
  /** @throws VaultError when the value was sealed with a key that is not here, or was tampered with */
  open(sealed: Uint8Array, context: string): string;
  /** Whether it was sealed with the key that seals now. */
  isSealedNow(sealed: Uint8Array): boolean;
}

/** What a vault is given beside the key that it seals with. */
export interface OtherKeys {
  /** They open what was sealed with them. */
  others?: readonly Uint8Array[];
  /** Those of the database, once it has had more than one encryption key; else they follow from the key. See `lastingKeysOf`. */
  lasting?: Uint8Array | null;
}

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code = 'vault_sealed';
}

const format = 1;
const keyIdBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyIdBytes + nonceBytes;
/** 128 bits of the hash: short enough for indexes, and no two numbers of this planet share them. */
const personBytes = 16;

/** @param encryptionKey 32 bytes (`IVRS_ENCRYPTION_KEY`); separate keys for each purpose are derived from it (HKDF, RFC 5869) */
export function createVault(
  encryptionKey: Uint8Array,
  { others = [], lasting = null }: OtherKeys = {},
): Vault {
  const current = derive(encryptionKey);
  const byId = new Map([...others.map(derive), current].map((keys) => [keys.id.toString('hex'), keys]));
  const { hashing, hosts } = splitLasting(lasting ?? lastingKeysOf(encryptionKey));
  return {
    keyId: current.id.toString('hex'),
    personOf: (number) => personOf(hashing, number),
    soundKey: (keyId) => byId.get(keyId)?.sounds ?? null,
    hostSecret: (host) => createHmac('sha256', hosts).update(host).digest(),
    isSealedNow: (sealed) => current.id.equals(sealed.subarray(1, 1 + keyIdBytes)),
    seal: (text, context) => seal(current, text, context),
    open(sealed, context) {
      const keys = byId.get(Buffer.from(sealed.subarray(1, 1 + keyIdBytes)).toString('hex'));
      if (sealed[0] !== format || keys === undefined) {
        throw new VaultError(
          'a stored value was encrypted with a key that is not here: set IVRS_ENCRYPTION_KEY to it, or name it in IVRS_OTHER_ENCRYPTION_KEYS',
        );
      }
      return open(keys, sealed, context);
    },
  };
}

/** The id under which sealed values and the database name this key. */
export function keyIdOf(encryptionKey: Uint8Array): string {
  return derive(encryptionKey).id.toString('hex');
}

/**
 * Keys that stay a database's own when its encryption key is replaced: of the hash of persons, since opt-outs are found by it and some of them have
 * no number any more that could be hashed anew, and of the secrets that other systems were given for look-ups. 64 bytes.
 */
export function lastingKeysOf(encryptionKey: Uint8Array): Buffer {
  return Buffer.concat([keyFor(encryptionKey, 'person'), keyFor(encryptionKey, 'lookup hosts')]);
}

function splitLasting(lasting: Uint8Array): { hashing: KeyObject; hosts: KeyObject } {
  assert(lasting.length === 64, 'the keys that last are two of 32 bytes');
  return { hashing: createSecretKey(lasting.subarray(0, 32)), hosts: createSecretKey(lasting.subarray(32)) };
}

/** As KeyObjects where they are used often: of a Buffer Node finds out anew, each time and slowly, that it is none. */
interface DerivedKeys {
  id: Buffer;
  sealing: KeyObject;
  sounds: Buffer;
}

function derive(encryptionKey: Uint8Array): DerivedKeys {
  return {
    id: createHash('sha256').update(keyFor(encryptionKey, 'key id')).digest().subarray(0, keyIdBytes),
    sealing: createSecretKey(keyFor(encryptionKey, 'seal')),
    sounds: keyFor(encryptionKey, 'sounds'),
  };
}

function keyFor(encryptionKey: Uint8Array, purpose: string): Buffer {
  if (encryptionKey.length !== 32)
    throw new VaultError('IVRS_ENCRYPTION_KEY must be 32 bytes, written in base64');
  return Buffer.from(hkdfSync('sha256', encryptionKey, '', `ivrs-gateway ${purpose}`, 32));
}

function personOf(hashingKey: KeyObject, number: string): PersonHash {
  const hash = createHmac('sha256', hashingKey).update(number).digest().subarray(0, personBytes);
  return hash.toString('base64url') as PersonHash;
}

const drawNonce = createRandomPool();

function seal(keys: DerivedKeys, text: string, context: string): Buffer {
  const nonce = drawNonce(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keys.sealing, nonce, { authTagLength: tagBytes }).setAAD(
    Buffer.from(context),
  );
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(format), keys.id, nonce, ciphertext, cipher.getAuthTag()]);
}

function open(keys: DerivedKeys, sealed: Uint8Array, context: string): string {
  try {
    const nonce = sealed.subarray(1 + keyIdBytes, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', keys.sealing, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const text = decipher.update(sealed.subarray(headBytes, sealed.length - tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new VaultError('a stored value does not open: it was changed, or belongs to something else', {
      cause,
    });
  }
}
