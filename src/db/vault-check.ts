import { sql } from 'kysely';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import { VaultError, type Vault } from './vault.ts';

/**
 * Refuses a database that was filled under another encryption key: hashes of persons would differ, so opt-outs on record would not
 * be found, and people who do not want to be called would be. Remembers the key's id where there is none yet.
 * @throws VaultError
 */
export async function checkVaultKey(database: Database, vault: Vault): Promise<void> {
  const known = await translated(async () => {
    await sql`insert into vault_keys (key_id) select ${vault.keyId} where not exists (select from vault_keys)`.execute(
      database.query,
    );
    return database.query.selectFrom('vault_keys').select('key_id').execute();
  });
  if (known.some((row) => row.key_id === vault.keyId)) return;
  throw new VaultError(
    'IVRS_ENCRYPTION_KEY is not the key that this database was filled with: set that one, or use another database',
  );
}
