import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsteriskInstallation } from './find-asterisk.ts';

/** One folder with two paths: on this machine, and as the Asterisk in it sees it. */
export interface InstanceDirectory {
  name: string;
  path: string;
  asteriskPath: string;
  remove(): Promise<void>;
}

/** Says which process an instance belongs to, as `pid start-time`: a pid alone may long be somebody else's. */
const OWNER_FILE = 'owner';

export async function makeInstanceDirectory(
  installation: AsteriskInstallation,
  kind: string,
): Promise<InstanceDirectory> {
  const name = `${kind}-${randomBytes(4).toString('hex')}`;
  const path = join(installation.instancesDir, name);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, OWNER_FILE), `${process.pid} ${(await startTimeOf(process.pid)) ?? ''}`);
  return {
    name,
    path,
    asteriskPath: join(installation.asteriskInstancesDir, name),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Removes what instances left behind whose owner was killed before it could. Never throws. */
export async function removeLeftovers(installation: AsteriskInstallation): Promise<void> {
  const names = await readdir(installation.instancesDir).catch(() => []);
  await Promise.all(
    names
      .filter((name) => /^(gateway|network)-[0-9a-f]{8}$/.test(name))
      .map((name) => join(installation.instancesDir, name))
      .map(async (path) => {
        if (await isAbandoned(path)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
      }),
  );
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const [pid = '', startTime = ''] = (await readFile(join(path, OWNER_FILE), 'utf8')).split(' ');
    return (await startTimeOf(Number(pid))) !== startTime;
  } catch {
    // No owner yet: either being made at this moment, or left by somebody who was killed in the middle of that.
    const made = await stat(path).catch(() => null);
    return made !== null && Date.now() - made.mtimeMs > 60_000;
  }
}

/** In ticks since the machine started; null where there is no such process. The command's name may hold blanks. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
