import { utimes } from 'node:fs/promises';

import type { Clock } from '../lib/clock.ts';
import type { DiskRoom } from './disk-room.ts';
import { storedSound, storeSound } from './store-sound.ts';

/**
 * A sound that was used within this span is not removed, by whichever gateway: `find` says in the file's time that it was used. It is
 * longer than a call can need what was prepared for it: ten minutes until it is dialled, three of ringing, an hour of talk.
 */
export const leaseMs = 90 * 60_000;
/** How exactly the time of use is kept. */
const touchEveryMs = 5 * 60_000;

/** The files of the renditions, as gateways that share a directory use them. */
export interface RenditionStore {
  /** Bytes of a sound that is there, which stays for a lease from now on; null when it is not. */
  find(path: string): Promise<number | null>;
  /** @throws SpeechFault `disk_full` before anything is made that could not be kept */
  requireRoom(): Promise<void>;
  /** @throws SpeechFault `disk_full`, `directory_not_writable`, `storage_failed` */
  keep(path: string, bytes: Uint8Array): Promise<void>;
}

export function createRenditionStore(options: {
  clock: Clock;
  room: Pick<DiskRoom, 'require' | 'noteFault'>;
  write?: typeof storeSound;
}): RenditionStore {
  const { clock, room, write = storeSound } = options;
  return {
    async find(path) {
      const stored = await storedSound(path);
      if (stored === null || clock.now() - stored.usedAt < touchEveryMs) return stored?.bytes ?? null;
      const isThere = await touch(path, clock.now());
      // Whoever removes an old file takes it out of its place first, and puts it back where it was touched meanwhile.
      return isThere ? ((await storedSound(path))?.bytes ?? null) : null;
    },
    requireRoom: () => room.require(),
    async keep(path, bytes) {
      try {
        await write(path, bytes);
        await touch(path, clock.now());
      } catch (error) {
        room.noteFault(error);
        throw error;
      }
    },
  };
}

/** Where the files may be read only, they are used all the same. */
async function touch(path: string, now: number): Promise<boolean> {
  const at = new Date(now);
  return utimes(path, at, at).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
}
