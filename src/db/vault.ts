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
import { createRandomPool } from '../lib/random-pool.ts';

/**
 * Seals what must not lie about in clear (phone numbers, webhook secrets), and gives each number the keyed hash under which the rest of
 * the program knows its person.
 *
 * A sealed value is: format (1 byte, 1) · key id (4 bytes) · nonce (12) · ciphertext · tag (16), AES-256-GCM. The `context` that it was
 * sealed for is authenticated with it, so a value that was moved to another row does not open. The key id tells which key to
 * open with, so that keys can be rotated.
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

/**
 * @param encryptionKey 32 bytes (`IVRS_ENCRYPTION_KEY`); separate keys for sealing and hashing are derived from it (HKDF, RFC 5869)
 * @param olderKeys open what was sealed before a rotation
 */
export function createVault(encryptionKey: Uint8Array, olderKeys: readonly Uint8Array[] = []): Vault {
  const current = derive(encryptionKey);
  const byId = new Map([...olderKeys.map(derive), current].map((keys) => [keys.id.toString('hex'), keys]));
  return {
    keyId: current.id.toString('hex'),
    personOf: (number) => personOf(current.hashing, number),
    soundKey: (keyId) => byId.get(keyId)?.sounds ?? null,
    hostSecret: (host) => createHmac('sha256', current.hosts).update(host).digest(),
    seal: (text, context) => seal(current, text, context),
    open(sealed, context) {
      const keys = byId.get(Buffer.from(sealed.subarray(1, 1 + keyIdBytes)).toString('hex'));
      if (sealed[0] !== format || keys === undefined) {
        throw new VaultError(
          'a stored value was encrypted with another key than IVRS_ENCRYPTION_KEY: set the key that it was stored with',
        );
      }
      return open(keys, sealed, context);
    },
  };
}

interface DerivedKeys {
  id: Buffer;
  sealing: KeyObject;
  hashing: KeyObject;
  sounds: Buffer;
  hosts: Buffer;
}

function derive(encryptionKey: Uint8Array): DerivedKeys {
  if (encryptionKey.length !== 32)
    throw new VaultError('IVRS_ENCRYPTION_KEY must be 32 bytes, written in base64');
  const keyFor = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', encryptionKey, '', `ivrs-gateway ${purpose}`, 32));
  return {
    id: createHash('sha256').update(keyFor('key id')).digest().subarray(0, keyIdBytes),
    // as KeyObjects: of a Buffer Node finds out anew, each time and slowly, that it is none
    sealing: createSecretKey(keyFor('seal')),
    hashing: createSecretKey(keyFor('person')),
    sounds: keyFor('sounds'),
    hosts: keyFor('lookup hosts'),
  };
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
