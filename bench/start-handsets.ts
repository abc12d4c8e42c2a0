import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../asterisk/free-port.ts';
import { clearUpAtExit } from './clear-up-at-exit.ts';
import { handsetScenario } from './handset-scenario.ts';

/** Any number of phones on one address, played by SIPp: hundreds cost less than one Asterisk's would. */
export interface Handsets {
  address: string;
  port: number;
  stop(): Promise<void>;
}

export interface HandsetsOptions {
  /** Of 127.0.0.x. */
  address: string;
  /** How long after its answer a phone presses its key, in milliseconds. */
  pressAfterMs: number;
}

const key = '1';
const readyWithinMs = 5_000;

/** Resolves when they can be called. Throws an Error with what SIPp said. */
export async function startHandsets({ address, pressAfterMs }: HandsetsOptions): Promise<Handsets> {
  const directory = await mkdtemp(join(tmpdir(), 'ivrs-handsets-'));
  const scenario = join(directory, 'handset.xml');
  await writeFile(scenario, handsetScenario({ pressAfterMs, key }));
  const [port, mediaPort] = [await freePort('udp', [address]), await freePort('udp', [address])];
  const options = { '-sf': scenario, '-i': address, '-p': port, '-mi': address, '-mp': mediaPort };
  const words = Object.entries(options).flatMap(([name, value]) => [name, String(value)]);
  // It dies with us, even if we are killed hard; its own process group keeps Ctrl-C from it.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'sipp', ...words, '-nostdin'], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true });
  const forget = clearUpAtExit(removeDirectory);
  const stop = async (): Promise<void> => {
    await end(child);
    forget();
    removeDirectory();
  };
  try {
    await untilReady(child, { address, port });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, port, stop };
}

async function untilReady(
  child: ChildProcess,
  { address, port }: { address: string; port: number },
): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const failed = new AbortController();
  for (const sign of ['error', 'exit']) child.once(sign, () => failed.abort());
  for (const giveUpAt = Date.now() + readyWithinMs; Date.now() < giveUpAt && !failed.signal.aborted;) {
    if (await isBound(address, port)) return;
    await pause(20);
  }
  throw new Error(`SIPp does not run (is Debian's package sip-tester installed?): ${said.trim()}`);
}

/** Looked up, not tried: a try of ours would keep SIPp from the port. The kernel writes addresses as little-endian words. */
async function isBound(address: string, port: number): Promise<boolean> {
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  const bytes = address.split('.').toReversed();
  const entry = `: ${bytes.map((byte) => hex(Number(byte), 2)).join('')}:${hex(port, 4)} `;
  return (await readFile('/proc/net/udp', 'utf8')).includes(entry);
}

/** It has no calls left to end in order. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
