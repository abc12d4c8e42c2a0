import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import { migrate } from '../../src/db/migrate.ts';
import { silentLog } from './silent-log.ts';

export interface TestPostgres {
  host: string;
  user: string;
  /** The migrated database that each test file gets a copy of. */
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** Vitest's global setup: one real PostgreSQL for a run, in a directory of its own that goes with it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ivrs-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    log: silentLog,
    durable: false,
  });
  const database = openDatabase({ connection: postgres.connection, log: silentLog });
  await migrate(database);
  await database.close();
  const { host, user, database: template } = postgres.connection;
  project.provide('postgres', { host, user, template });
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
