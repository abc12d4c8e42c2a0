import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** An Asterisk that can be started on this machine: one on the path, or one in a root folder of its own. */
export interface AsteriskInstallation {
  /** What goes before Asterisk's own arguments. */
  command: readonly [string, ...string[]];
  /** Where instances keep their directories, on this machine. */
  instancesDir: string;
  /** The same folder as Asterisk sees it. */
  asteriskInstancesDir: string;
  /** The root folder that Asterisk is confined to, or null. */
  rootDir: string | null;
}

/** REST over WebSocket is in since 22.4; what is relied on beyond it was tried with 22.10. */
const OLDEST = { major: 22, minor: 9 };

/** The folder that `scripts/setup.sh` makes; the name is written there too. */
const ROOT_FOLDER = 'asterisk-forky';

/** Throws an Error that says how to get an Asterisk where there is none. */
export async function findAsterisk(): Promise<AsteriskInstallation> {
  if (await asteriskOnThePathIsNewEnough()) {
    const instancesDir = join(tmpdir(), 'ivrs-gateway');
    return { command: ['asterisk'], instancesDir, asteriskInstancesDir: instancesDir, rootDir: null };
  }
  const rootDir = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'ivrs-gateway',
    ROOT_FOLDER,
  );
  if (!existsSync(join(rootDir, 'usr/sbin/asterisk'))) {
    throw new Error(
      `There is no Asterisk ${OLDEST.major}.${OLDEST.minor} or later on the path and none in ${rootDir}: run «sh scripts/setup.sh asterisk».`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      `The Asterisk in ${rootDir} can only be started by root: become root, or put an Asterisk ${OLDEST.major}.${OLDEST.minor} or later on the path.`,
    );
  }
  return {
    command: ['chroot', rootDir, '/usr/sbin/asterisk'],
    instancesDir: join(rootDir, 'srv'),
    asteriskInstancesDir: '/srv',
    rootDir,
  };
}

async function asteriskOnThePathIsNewEnough(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('asterisk', ['-V']);
    return isNewEnough(stdout);
  } catch {
    return false;
  }
}

/** `asterisk -V` says «Asterisk 22.10.1~dfsg…», and «Asterisk certified/22.8-cert1» for certified releases. */
function isNewEnough(versionLine: string): boolean {
  const version = /Asterisk (?:certified\/)?(\d+)\.(\d+)/.exec(versionLine);
  if (!version) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}
