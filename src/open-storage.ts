import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { openDatabase, pingDatabase, type Database } from './db/database.ts';
import { LedgerUnavailable } from './db/ledger.ts';
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
  if (config.databaseUrl !== null) await reach(database, config.databaseUrl);
  await migrate(database).catch((error: unknown) => {
    throw config.databaseUrl === null ? error : explained(error);
  });
  const key = config.encryptionKey ?? (await keepEncryptionKey(join(config.dataDir, 'encryption-key')));
  const vault = createVault(key);
  await checkVaultKey(database, vault);
  return { database, vault };
}

/** The first query tells whether the configured database can be used at all; its address may hold a password, so it is not repeated. */
function explained(error: unknown): unknown {
  const cause = error instanceof LedgerUnavailable ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isConnection = error instanceof LedgerUnavailable || /^(28|3D)/.test(code);
  if (!isConnection) return error;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : code;
  return new Error(
    `PostgreSQL at IVRS_DATABASE_URL cannot be used: ${reason}. Check that it runs, and the host, port, user, password and database name in the URL.`,
    { cause: error },
  );
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

/** @throws Error with a sentence that names the server and the reason, and not the password that the address may hold */
async function reach(database: Database, url: string): Promise<void> {
  try {
    await pingDatabase(database);
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new Error(
      `The PostgreSQL of IVRS_DATABASE_URL, ${host}${pathname}, cannot be used: ${reasonOf(error)}. Check that it runs and takes connections from here, and the user, password and database in the address.`,
      { cause: error },
    );
  }
}

/** The innermost: what wraps it says only that there was a fault. Node gives several refused addresses no message but a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
