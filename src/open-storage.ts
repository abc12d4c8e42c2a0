import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { openDatabase, type Database, type DatabaseOptions } from './db/database.ts';
import { LedgerUnavailable } from './db/ledger.ts';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { keepEncryptionKey } from './db/encryption-key-file.ts';
import { migrate } from './db/migrate.ts';
import { openVault } from './db/open-vault.ts';
import type { Vault } from './db/vault.ts';
import type { Log } from './lib/log.ts';

/** The database, migrated and opened with the right key. */
export interface Storage {
  database: Database;
  vault: Vault;
  /** Where it is, for who needs a connection of its own. */
  connection: DatabaseOptions['connection'];
}

/** Opens the configured PostgreSQL, or one of our own under the data directory. What is opened is closed with `stack`, in order. */
export async function openStorage(config: Config, log: Log, stack: AsyncDisposableStack): Promise<Storage> {
  const connection =
    config.databaseUrl === null
      ? await startOwn(config, log, stack)
      : { connectionString: config.databaseUrl };
  const database = openDatabase({ connection, log });
  stack.defer(() => database.close());
  // The first use of the connection: what is wrong with the address shows here.
  await migrate(database).catch((error: unknown) => {
    throw config.databaseUrl === null ? error : explained(error, config.databaseUrl);
  });
  const current = config.encryptionKey ?? (await keepEncryptionKey(join(config.dataDir, 'encryption-key')));
  const vault = await openVault(database, { current, others: config.otherEncryptionKeys });
  return { database, vault, connection };
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

/**
 * SQLSTATE classes for a user or database that the server does not take. A server that is not there, or refuses connections, is LedgerUnavailable.
 */
const refusedByServer = /^(28|3D)/;

/** A fault of the connection, as a sentence that names the server and the reason, and not the password that the address may hold. */
function explained(error: unknown, url: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof LedgerUnavailable) && !refusedByServer.test(code)) return error;
  const { host, pathname } = new URL(url);
  return new Error(
    `The PostgreSQL of IVRS_DATABASE_URL, ${host}${pathname}, cannot be used: ${reasonOf(error)}. Check that it runs and takes connections from here, and the user, password and database in the address.`,
    { cause: error },
  );
}

/** The innermost: what wraps it says only that there was a fault. Node gives several refused addresses no message but a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
