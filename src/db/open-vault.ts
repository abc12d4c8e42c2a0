import type { Database } from './database.ts';
import { inTransaction, runQuery } from './run-query.ts';
import { createVault, keyIdOf, lastingKeysOf, VaultError, type Vault } from './vault.ts';

/** Of the configuration, 32 bytes each. */
export interface EncryptionKeys {
  /** Seals from now on. */
  current: Uint8Array;
  /** Open what was sealed with them. */
  others: readonly Uint8Array[];
}

interface KnownKey {
  key_id: string;
  sealed_lasting_keys: Buffer | null;
}

/** Sealed values are bound to what they are for. */
const lastingContext = 'lasting keys';

/**
 * The vault of a database. A key that the database has not had yet is entered into it: a rotation begins (`seal-anew.ts`). Keys that last go over to it.
 *
 * Refused is a database that was filled under a key that is not here: its numbers would not open, and if none of its keys were here, the hashes of persons would differ, so that
 * opt-outs on record would not be found, and people who do not want to be called would be.
 * @throws VaultError
 */
export async function openVault({ hot }: Database, keys: EncryptionKeys): Promise<Vault> {
  return inTransaction(hot, async (client) => {
    // several gateways may start with a new key at once
    await runQuery(client, 'lock table vault_keys in exclusive mode');
    const known = await runQuery<KnownKey>(client, knownKeys);
    const { vault, entry } = vaultOver(known, keys);
    if (entry !== null)
      await runQuery(client, { text: enterKey, values: [entry.key_id, entry.sealed_lasting_keys] });
    return vault;
  });
}

const knownKeys = 'select key_id, sealed_lasting_keys from vault_keys order by first_used_at';
const enterKey = `
insert into vault_keys (key_id, sealed_lasting_keys, first_used_at) values ($1, $2, clock_timestamp())`;

/** `entry` is null where the database knows the key already. */
function vaultOver(
  known: readonly KnownKey[],
  { current, others }: EncryptionKeys,
): { vault: Vault; entry: KnownKey | null } {
  const id = keyIdOf(current);
  const here = new Map([...others, current].map((key) => [keyIdOf(key), key]));
  const missing = known.filter((row) => !here.has(row.key_id));
  if (missing.length > 0) throw missingKeys(missing, known);
  const entered = known.find((row) => row.key_id === id);
  const lasting = lastingKeysIn(entered ?? known[0], here);
  const vault = createVault(current, { others, lasting });
  const sealed = lasting && vault.seal(lasting.toString('base64'), lastingContext);
  return { vault, entry: entered ? null : { key_id: id, sealed_lasting_keys: sealed } };
}

/** Null for a new database: what lasts follows from its first key. */
function lastingKeysIn(row: KnownKey | undefined, here: ReadonlyMap<string, Uint8Array>): Buffer | null {
  const key = row && here.get(row.key_id);
  if (row === undefined || key === undefined) return null;
  if (row.sealed_lasting_keys === null) return lastingKeysOf(key);
  return Buffer.from(createVault(key).open(row.sealed_lasting_keys, lastingContext), 'base64');
}

function missingKeys(missing: readonly KnownKey[], known: readonly KnownKey[]): VaultError {
  return new VaultError(
    missing.length === known.length
      ? 'IVRS_ENCRYPTION_KEY is not the key that this database was filled with: set that one, or use another database. To replace it, name the former one in IVRS_OTHER_ENCRYPTION_KEYS'
      : 'this database has values that were sealed with another key than those of IVRS_ENCRYPTION_KEY and IVRS_OTHER_ENCRYPTION_KEYS: its encryption key is being replaced. Name both, the new one and the former',
  );
}
