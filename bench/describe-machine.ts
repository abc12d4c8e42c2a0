import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { findAsterisk } from '../asterisk/find-asterisk.ts';
import { findPostgresBinaries } from '../src/db/postgres-binaries.ts';

/** What the figures were measured on. The machine has no name here: it is nobody's business. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGb: number;
  kernel: string;
  node: string;
  asterisk: string;
  postgres: string;
  sipp: string;
  /** Of the last minute, before the benchmark began: well over 0.5 means that somebody else was at work. */
  loadBefore: number;
}

export async function describeMachine(): Promise<Machine> {
  const [asterisk, ...asteriskWords] = (await findAsterisk()).command;
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    asterisk: await versionOf(asterisk, [...asteriskWords, '-V']),
    postgres: await versionOf(findPostgresBinaries().postgres, ['--version']),
    sipp: await versionOf('sipp', ['-v']),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The first version number that a program tells; SIPp does so with an exit status of its own. */
async function versionOf(program: string, words: readonly string[]): Promise<string> {
  const said = await promisify(execFile)(program, words).catch(
    (error: unknown) => error as { stdout?: string },
  );
  return /\d+\.\d+(\.\d+)?/.exec(said.stdout ?? '')?.[0] ?? 'unknown';
}
