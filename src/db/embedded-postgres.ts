import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { embeddedUser, preparePostgresData } from './postgres-data.ts';
import { PostgresFault } from './postgres-fault.ts';
import { postgresEnvironment, postgresLauncher } from './postgres-launcher.ts';
import { clearStalePostgres } from './stale-postgres.ts';

/**
 * A real PostgreSQL of our own, for where no database is given: a child process in a process group of its own (so that Ctrl-C does not
 * reach it before us), on a Unix socket that only its owner may use, with no TCP.
 *
 *     starting ──► running ──► stopping ──► stopped
 *        ▲            │ (died)
 *        └────────────┘
 *
 * While it is running and nobody asked it to stop, it is started again when it dies. It is to be stopped last.
 */
export interface EmbeddedPostgres {
  connection: { host: string; user: string; database: string };
  /** Fast shutdown: sessions are cut, what was committed is on disk. Resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** PostgreSQL's own directory, e.g. `IVRS_DATA_DIR/postgres`. Made if it is not there. */
  dataDir: string;
  log: Log;
  /** False for tests alone: nothing is flushed to disk. */
  durable?: boolean;
}

/** Long enough for recovery after a crash under load. */
const readyLimitMs = 120_000;
/** `sun_path` of sockaddr_un holds 108 bytes with its final NUL. */
const longestSocketBytes = 107;

/** @throws PostgresFault with a sentence for the person who starts the gateway */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, durable = true } = options;
  const dataDir = resolve(options.dataDir);
  const binaries = findPostgresBinaries();
  const launcher = await postgresLauncher();
  await clearStalePostgres(dataDir, log);
  await preparePostgresData({ binaries, launcher }, { dataDir, durable });
  const socketDir = await chooseSocketDir(dataDir);
  const command = [...launcher, binaries.postgres, '-D', dataDir, ...settings(socketDir, durable)];
  const server = new PostgresServer({ command, dataDir, log });
  await server.start();
  return {
    connection: { host: socketDir, user: embeddedUser, database: 'postgres' },
    async stop() {
      await server.stop();
      if (socketDir !== dataDir) await rm(socketDir, { recursive: true, force: true });
    },
  };
}

async function chooseSocketDir(dataDir: string): Promise<string> {
  const fits = Buffer.byteLength(join(dataDir, '.s.PGSQL.5432')) <= longestSocketBytes;
  return fits ? dataDir : mkdtemp(join(tmpdir(), 'ivrs-'));
}

function settings(socketDir: string, durable: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    max_connections: '60',
    // No replica reads along; less is written for each commit.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

class PostgresServer {
  readonly #options: { command: readonly string[]; dataDir: string; log: Log };
  #child: ChildProcess | null = null;
  #exited: Promise<unknown> = Promise.resolve();
  #stopping = false;
  /** The last lines that the server said: the reason, when it does not start. */
  #said: string[] = [];

  constructor(options: { command: readonly string[]; dataDir: string; log: Log }) {
    this.#options = options;
  }

  async start(): Promise<void> {
    try {
      await this.#launch();
    } catch (error) {
      await this.stop();
      throw error;
    }
    void this.#startAgainWhenItDies();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child?.kill('SIGINT');
    await this.#exited;
  }

  async #launch(): Promise<void> {
    const [program = '', ...words] = this.#options.command;
    const child = spawn(program, words, {
      detached: true,
      env: postgresEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#exited = once(child, 'close').catch(() => undefined);
    this.#said = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    await this.#ready(child);
  }

  /** The server writes «ready» into the eighth line of postmaster.pid; pg_ctl waits for the same. */
  async #ready(child: ChildProcess): Promise<void> {
    const pidFile = join(this.#options.dataDir, 'postmaster.pid');
    for (const endsAt = Date.now() + readyLimitMs; Date.now() < endsAt;) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
      const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
      if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
      await delay(10);
    }
    throw new PostgresFault(
      `the embedded PostgreSQL in ${this.#options.dataDir} does not start: ${this.#said.join(' ') || 'it said nothing'}`,
    );
  }

  async #startAgainWhenItDies(): Promise<void> {
    for (let pauseMs = 100; ;) {
      await this.#exited;
      if (this.#stopping) return;
      this.#options.log.error({ said: this.#said }, 'the embedded PostgreSQL died; starting it again');
      try {
        await this.#launch();
        pauseMs = 100;
      } catch (error) {
        this.#options.log.error({ err: error }, 'the embedded PostgreSQL does not start again yet');
        await delay(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, 5000);
      }
    }
  }

  #hear(text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    this.#said = [...this.#said, ...lines].slice(-5);
    for (const line of lines) this.#options.log.debug({ line }, 'embedded PostgreSQL');
  }
}
