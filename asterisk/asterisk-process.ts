import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsteriskInstallation } from './find-asterisk.ts';
import type { InstanceDirectory } from './instance-directory.ts';

/** How long Asterisk has for an orderly end. */
const STOP_LIMIT_MS = 5_000;

/** One run of Asterisk in the foreground. It dies with this process, even if that is killed hard. */
export class AsteriskProcess {
  /** Resolves with a few words on how it ended, and never rejects. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #directory: InstanceDirectory;
  #hasEnded = false;

  constructor(installation: AsteriskInstallation, directory: InstanceDirectory) {
    this.#directory = directory;
    const [program, ...args] = installation.command;
    const log = openSync(join(directory.path, 'log/console'), 'a');
    this.#child = spawn(
      'setpriv',
      [
        '--pdeathsig',
        'KILL',
        program,
        ...args,
        '-C',
        join(directory.asteriskPath, 'etc/asterisk.conf'),
        '-f',
        '-n',
      ],
      // A process group of its own, so that Ctrl-C reaches us and not Asterisk: calls are ended in order first.
      { detached: true, stdio: ['ignore', log, log], cwd: '/' },
    );
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasEnded = true;
        resolve(how);
      };
      this.#child.once('exit', (code, signal) => end(signal ? `by ${signal}` : `with status ${code ?? 0}`));
      this.#child.once('error', (error) => end(`because it could not be started (${error.message})`));
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(hard);
  }

  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** The last warnings and errors of its log, and what it said before it had one: for an error message. */
  async complaints(): Promise<string> {
    const [messages, said] = await Promise.all(
      ['log/messages', 'log/console'].map((name) =>
        readFile(join(this.#directory.path, name), 'utf8').catch(() => ''),
      ),
    );
    const lines = (messages ?? '').split('\n').filter((line) => /\] (WARNING|ERROR)\[/.test(line));
    return [...lines.slice(-12), ...(said ?? '').trim().split('\n').slice(-3)].join('\n');
  }
}
