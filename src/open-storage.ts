import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { openDatabase, type Database } from './db/database.ts';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { keepEncryptionKey } from './db/encryption-key-file.ts';
import { migrate } from './db/migrate.ts';
import { createVault, type Vault } from './db/vault.ts';
import { checkVaultKey } from './db/vault-check.ts';
import type { Log } from './lib/log.ts';

/** The database, migrated and opened with the right key. */
export interface Storage {
  database: Database;
  vault: Vault;
}

/** Opens the configured PostgreSQL, or one of our own under the data directory. What is opened is closed with `stack`, in order. */
export async function openStorage(config: Config, log: Log, stack: AsyncDisposableStack): Promise<Storage> {
  const connection =
    config.databaseUrl === null
      ? await startOwn(config, log, stack)
      : { connectionString: config.databaseUrl };
  const database = openDatabase({ connection, log });
  stack.defer(() => database.close());
  await migrate(database);
  const key = config.encryptionKey ?? (await keepEncryptionKey(join(config.dataDir, 'encryption-key')));
  const vault = createVault(key);
  await checkVaultKey(database, vault);
  return { database, vault };
}

async function startOwn(
  config: Config,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<{ host: string; user: string; database: string }> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres'), log });
  stack.defer(() => postgres.stop());
  return postgres.connection;
}
