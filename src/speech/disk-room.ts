import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '../lib/clock.ts';
import { SpeechFault } from './speech-fault.ts';
import { storageFault } from './store-sound.ts';

/**
 * Whether there is room for sounds. Looked at before the disk is full: the database, Asterisk's logs and recordings of calls may lie on it too,
 * and they fail worse than a prompt that is made later.
 */
export interface DiskRoom {
  /** @throws SpeechFault `disk_full` when too little is left; what it knows may be a second old */
  require(): Promise<void>;
  /** A write failed. Where that was for want of room, nothing more is written until `look` finds some. */
  noteFault(fault: unknown): void;
  /** Looks again; where a write has failed, by writing. To be called every few seconds. */
  look(): Promise<void>;
  /** A sentence for the operator; null while there is room. */
  problem(): string | null;
}

export interface DiskRoomOptions {
  dataDir: string;
  clock: Clock;
  leastFreeBytes: number;
  /** What the file system has left for us. */
  freeBytes?: (directory: string) => Promise<number>;
  /** Writes a little and removes it, or throws. */
  tryWriting?: (directory: string) => Promise<void>;
}

const freshForMs = 1_000;
const mebibyte = 1024 * 1024;

export function createDiskRoom(options: DiskRoomOptions): DiskRoom {
  const { dataDir, clock, leastFreeBytes, freeBytes = freeBytesOf, tryWriting = writeAndRemove } = options;
  let problem: string | null = null;
  let lookedAt = -Infinity;
  /** A quota, or a file system that counts otherwise than `statfs`, is believed when it refuses. */
  let hasFailed = false;

  async function look(): Promise<void> {
    lookedAt = clock.now();
    const free = await freeBytes(dataDir);
    if (free < leastFreeBytes) {
      problem = tooLittle(dataDir, free, leastFreeBytes);
      return;
    }
    if (hasFailed) await tryWriting(dataDir);
    hasFailed = false;
    problem = null;
  }

  return {
    problem: () => problem,
    look: () =>
      look().catch((error: unknown) => {
        problem = storageFault(error, dataDir).message;
      }),
    async require() {
      if (clock.now() - lookedAt >= freshForMs && !hasFailed) await look();
      if (problem !== null) throw new SpeechFault('disk_full', problem);
    },
    noteFault(fault) {
      if (!(fault instanceof SpeechFault) || fault.code !== 'disk_full') return;
      hasFailed = true;
      problem = fault.message;
    },
  };
}

function tooLittle(directory: string, free: number, least: number): string {
  return `only ${Math.floor(free / mebibyte)} MiB are free on the disk of ${directory}, and IVRS_LEAST_FREE_MIB wants ${Math.ceil(least / mebibyte)}: make room, or lower it`;
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function writeAndRemove(directory: string): Promise<void> {
  const folder = join(directory, 'renditions');
  const path = join(folder, `probe-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, Buffer.alloc(256 * 1024)).finally(() => rm(path, { force: true }));
}
