import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { postgresMajor, type PostgresBinaries } from './postgres-binaries.ts';
import { PostgresFault } from './postgres-fault.ts';
import { postgresEnvironment } from './postgres-launcher.ts';

const run = promisify(execFile);

/** The only user and the only database of the embedded server. */
export const embeddedUser = 'ivrs';

/** Sees to it that `dataDir` holds a database of our version; makes one where there is none, whole or not at all. */
export async function preparePostgresData(
  server: { binaries: PostgresBinaries; launcher: readonly string[] },
  options: { dataDir: string; durable: boolean },
): Promise<'made' | 'found'> {
  const version = await readFile(join(options.dataDir, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) {
    await makeData(server, options);
    return 'made';
  }
  if (version.trim() === postgresMajor) return 'found';
  throw new PostgresFault(
    `the database in ${options.dataDir} is of PostgreSQL ${version.trim()}, this program brings PostgreSQL ${postgresMajor}: ` +
      'move its data over with pg_dump and psql of its own version, or start with another IVRS_DATA_DIR',
  );
}

async function makeData(
  server: { binaries: PostgresBinaries; launcher: readonly string[] },
  { dataDir, durable }: { dataDir: string; durable: boolean },
): Promise<void> {
  const draft = `${dataDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(dataDir), { recursive: true });
  const words = [...server.launcher, server.binaries.initdb, '-D', draft, '-U', embeddedUser, '-A', 'trust'];
  words.push('--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync']));
  try {
    await run(words[0] ?? '', words.slice(1), { env: postgresEnvironment, timeout: 120_000 });
    await rename(draft, dataDir);
  } catch (cause) {
    const said =
      cause instanceof Error && 'stderr' in cause
        ? String(cause.stderr).trim().split('\n').slice(-3).join(' ')
        : String(cause);
    throw new PostgresFault(`a database could not be made in ${dataDir}: ${said}`, { cause });
  }
}
