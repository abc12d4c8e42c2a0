import { readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import { PostgresFault } from './postgres-fault.ts';

/**
 * Clears the way for a new server in `dataDir` after a start that did not end in order. Who holds the directory is read from
 * postmaster.pid and *verified* in /proc, since numbers of processes are used again:
 *
 * - nobody, or a process that is no PostgreSQL of this directory: the file is stale and is removed;
 * - a PostgreSQL whose parent is a living gateway: a sentence, two cannot share it;
 * - an orphan of a killed gateway: it is stopped.
 */
export async function clearStalePostgres(dataDir: string, log: Log): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = Number((await read(pidFile)).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!(await isPostgresOf(pid, dataDir))) return rm(pidFile, { force: true });
  const parent = await parentOf(pid);
  if (await isNode(parent)) {
    throw new PostgresFault(
      `the database in ${dataDir} is in use by process ${parent}: end it, or start with another IVRS_DATA_DIR`,
    );
  }
  log.warn({ pid }, 'stopping a PostgreSQL that a killed gateway left behind');
  await stopProcess(pid, () => isPostgresOf(pid, dataDir));
}

/** Fast shutdown, then the immediate one (the server recovers from its log when it starts again). */
async function stopProcess(pid: number, lives: () => Promise<boolean>): Promise<void> {
  if (await endsAfter('SIGINT', 20_000, { pid, lives })) return;
  if (await endsAfter('SIGQUIT', 10_000, { pid, lives })) return;
  throw new PostgresFault(
    `a PostgreSQL that a killed gateway left behind, process ${pid}, does not stop: end it by hand`,
  );
}

async function endsAfter(
  signal: 'SIGINT' | 'SIGQUIT',
  limitMs: number,
  { pid, lives }: { pid: number; lives: () => Promise<boolean> },
): Promise<boolean> {
  const endsAt = Date.now() + limitMs;
  if (await lives()) process.kill(pid, signal);
  while (await lives()) {
    if (Date.now() > endsAt) return false;
    await delay(20);
  }
  return true;
}

async function isPostgresOf(pid: number, dataDir: string): Promise<boolean> {
  const words = (await read(`/proc/${pid}/cmdline`)).split('\0');
  return basename(words[0] ?? '') === 'postgres' && words.includes(dataDir);
}

async function parentOf(pid: number): Promise<number> {
  // The second field, the name in parentheses, may hold anything; the parent is the second field after it.
  const stat = await read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

async function isNode(pid: number): Promise<boolean> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return program !== '' && program === (await readlink('/proc/self/exe').catch(() => null));
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
