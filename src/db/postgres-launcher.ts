import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PostgresFault } from './postgres-fault.ts';

const run = promisify(execFile);

/**
 * Words that go before a command of PostgreSQL's, so that it
 * - gets SIGINT (its fast shutdown) from the kernel when our process dies, `kill -9` included: no orphan is left behind;
 * - is not root, which it refuses to be: in a user namespace it has another number, and still owns what root owns, so that it works below a
 *   home directory of mode 700. User 1 is in every /etc/passwd, where initdb looks its user up.
 */
export async function postgresLauncher(): Promise<string[]> {
  const dieWithParent = ['setpriv', '--pdeathsig', 'INT'];
  if (process.getuid?.() !== 0) return (await works(dieWithParent)) ? dieWithParent : [];
  const unprivileged = ['unshare', '--user', '--map-user=1', '--map-group=1'];
  if (await works([...dieWithParent, ...unprivileged])) return [...dieWithParent, ...unprivileged];
  throw new PostgresFault(
    'PostgreSQL refuses to run as root, and this system does not let it be given another user («unshare --user» is forbidden): ' +
      'start the gateway as another user, or set IVRS_DATABASE_URL to a PostgreSQL that you run',
  );
}

/** What the child sees of the environment: nothing that could lead it to another server, its messages in English. */
export const postgresEnvironment = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
};

async function works([program = '', ...words]: string[]): Promise<boolean> {
  try {
    await run(program, [...words, 'true'], { env: postgresEnvironment, timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
