import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase, pingDatabase } from '../../../src/db/database.ts';
import { startEmbeddedPostgres } from '../../../src/db/embedded-postgres.ts';
import { keepEncryptionKey } from '../../../src/db/encryption-key-file.ts';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { PostgresFault } from '../../../src/db/postgres-fault.ts';
import { keptLog } from '../../support/kept-log.ts';
import { silentLog } from '../../support/silent-log.ts';

const folder = await mkdtemp(join(tmpdir(), 'ivrs-embedded-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function postmaster(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** A process of its own that starts the database in `dataDir` and waits to be killed. */
async function startInAnotherProcess(dataDir: string) {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('../../../src/db/embedded-postgres.ts', import.meta.url).href)};
    const quiet = () => {};
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: { debug: quiet, info: quiet, warn: quiet, error: quiet }, durable: false });
    console.log('ready');
    setInterval(quiet, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the embedded PostgreSQL', () => {
  it('runs below a directory of mode 700, however long its path, keeps its data, and stops', async () => {
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await chmod(home, 0o700);
    const dataDir = join(home, 'x'.repeat(110), 'postgres');
    for (const run of [1, 2]) {
      const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false });
      const database = openDatabase({ connection: postgres.connection, log: silentLog });
      await database.hot.query('create table if not exists kept (run integer)');
      await database.hot.query('insert into kept values ($1)', [run]);
      const { rows } = await database.hot.query('select count(*)::int as runs from kept');
      expect(rows).toEqual([{ runs: run }]);
      const pid = await postmaster(dataDir);
      expect((await promisify(execFile)('ps', ['-o', 'pgid=', '-p', String(pid)])).stdout.trim()).toBe(
        String(pid),
      );
      await database.close();
      await postgres.stop();
      await expect(stat(postgres.connection.host)).rejects.toThrow('ENOENT');
    }
  });

  it('refuses a database of another version in a sentence', async () => {
    const dataDir = join(folder, 'old');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'PG_VERSION'), '12\n');
    const start = startEmbeddedPostgres({ dataDir, log: silentLog });
    await expect(start).rejects.toThrow(PostgresFault);
    await expect(start).rejects.toThrow(/is of PostgreSQL 12, this program brings PostgreSQL 18/);
  });

  it('says who uses the directory, and starts at once when that process was killed', async () => {
    const dataDir = join(folder, 'shared');
    const other = await startInAnotherProcess(dataDir);
    await expect(startEmbeddedPostgres({ dataDir, log: silentLog })).rejects.toThrow(
      `in use by process ${other.pid}`,
    );
    other.kill('SIGKILL');
    await once(other, 'close');
    const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false });
    await postgres.stop();
  });

  it('starts though a stale postmaster.pid names a process that is something else', async () => {
    const dataDir = join(folder, 'stale');
    await (await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false })).stop();
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    await (await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false })).stop();
  });

  it('is unavailable when it is killed, ends nothing else with it, and comes back', async () => {
    const dataDir = join(folder, 'killed');
    const log = keptLog();
    const postgres = await startEmbeddedPostgres({ dataDir, log, durable: false });
    const database = openDatabase({ connection: postgres.connection, log });
    await pingDatabase(database);
    const pid = await postmaster(dataDir);
    const sleeping = database.hot.query('select pg_sleep(60)').catch((error: unknown) => error);
    process.kill(pid, 'SIGKILL');
    expect(await sleeping).toBeInstanceOf(Error);
    let unavailable = 0;
    for (;;) {
      const fault = await pingDatabase(database).then(
        () => null,
        (error: unknown) => error,
      );
      if (fault === null) break;
      expect(fault).toBeInstanceOf(LedgerUnavailable);
      unavailable += 1;
    }
    expect(unavailable).toBeGreaterThan(0);
    expect(await postmaster(dataDir)).not.toBe(pid);
    expect(log.lines.map((line) => line.message)).toContain(
      'the embedded PostgreSQL died; starting it again',
    );
    await database.close();
    await postgres.stop();
  });
});

describe('the key beside an embedded database', () => {
  it('is made once, though two ask at once, and for its owner alone', async () => {
    const file = join(folder, 'keys', 'encryption.key');
    const keys = await Promise.all([keepEncryptionKey(file), keepEncryptionKey(file)]);
    keys.push(await keepEncryptionKey(file));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is not made anew where it was damaged', async () => {
    const file = join(folder, 'damaged.key');
    await writeFile(file, 'short');
    await expect(keepEncryptionKey(file)).rejects.toThrow('restore it from a backup');
  });
});
