import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { round, type Percentiles } from './percentiles.ts';

/** What it takes to speak to many people by their names, and what calls feel of it. */
export interface Rendering {
  /** Sentences, no two alike. */
  prompts: number;
  cores: number;
  seconds: number;
  perSecond: number;
  /** Of all cores, while it was at work. */
  busyPercent: number;
  /** Lines that told how it goes. */
  progressLines: number;
  /** `kill -9` when half of it was there; then the same again. */
  killedAt: number;
  /** Together in both runs. One more than the prompts is one that was being made when the process died. */
  made: number;
  /** Files that are not whole sounds. */
  broken: number;
  /** How late somebody is let who wants to run every 20 ms, as a call does: with nothing else to do, and meanwhile. */
  beat: { before: Percentiles; meanwhile: Percentiles };
}

export interface RenderingOptions {
  prompts: number;
  /** For how long the machine is watched with nothing to do; milliseconds. */
  idleMs: number;
  say: (line: string) => void;
}

const here = import.meta.dirname;

export async function measureRendering(options: RenderingOptions): Promise<Rendering> {
  const { prompts, say } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'ivrs-rendering-'));
  try {
    say(`rendering: ${prompts} prompts, killed half-way and begun again`);
    const before = await beatFor(() => pause(options.idleMs));
    const cpuBefore = cpuTimes();
    const startedAt = performance.now();
    let [killedAt, second] = [0, { made: 0, progressLines: 0 }];
    const meanwhile = await beatFor(async () => {
      killedAt = await renderUntilKilled(dataDir, prompts);
      second = await render(dataDir, prompts);
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuAfter = cpuTimes();
    const { whole, broken } = await soundsIn(join(dataDir, 'renditions'));
    if (whole !== prompts) throw new Error(`${whole} of ${prompts} sounds are there.`);
    return {
      ...{ prompts, cores: cpus().length, killedAt, broken },
      seconds: round(seconds),
      perSecond: round(prompts / seconds),
      busyPercent: round((100 * (cpuAfter.busy - cpuBefore.busy)) / (cpuAfter.all - cpuBefore.all)),
      progressLines: second.progressLines,
      made: killedAt + second.made,
      beat: { before, meanwhile },
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

type Started = ChildProcessByStdio<null, Readable, null>;

function start(dataDir: string, prompts: number): Started {
  const script = join(here, 'render-names.ts');
  return spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, script, dataDir, String(prompts)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function linesOf({ stdout }: Started): AsyncIterable<string> {
  return createInterface({ input: stdout });
}

/** Resolves the sounds that were whole when it was killed. */
async function renderUntilKilled(dataDir: string, prompts: number): Promise<number> {
  const child = start(dataDir, prompts);
  const ended = once(child, 'exit');
  for await (const line of linesOf(child)) {
    const { madeInAll = 0, done } = JSON.parse(line) as { madeInAll?: number; done?: number };
    if (madeInAll < prompts / 2 && done === undefined) continue;
    child.kill('SIGKILL');
    break;
  }
  await ended;
  return (await soundsIn(join(dataDir, 'renditions'))).whole;
}

async function render(dataDir: string, prompts: number): Promise<{ made: number; progressLines: number }> {
  const child = start(dataDir, prompts);
  const ended = once(child, 'exit');
  let progressLines = 0;
  let made = 0;
  for await (const line of linesOf(child)) {
    const told = JSON.parse(line) as { made: number; done?: number };
    if (told.done === undefined) progressLines += 1;
    else made = told.made;
  }
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`Rendering ended with status ${status}.`);
  return { made, progressLines };
}

/** A part that was being written when the process died has another ending, and is swept later. */
async function soundsIn(folder: string): Promise<{ whole: number; broken: number }> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sounds = files.filter((file) => file.isFile() && file.name.endsWith('.alaw'));
  const sizes = await Promise.all(
    sounds.map(async (file) => (await readFile(join(file.parentPath, file.name))).length),
  );
  // A sentence of ten words lasts longer than a second.
  const broken = sizes.filter((bytes) => bytes < 8_000).length;
  return { whole: sounds.length - broken, broken };
}

/** How late a process of usual priority was let while `work` went on. */
async function beatFor(work: () => Promise<unknown>): Promise<Percentiles> {
  const child = spawn(process.execPath, [join(here, 'beat.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = linesOf(child)[Symbol.asyncIterator]();
  await lines.next(); // it is ready
  await work();
  child.kill('SIGTERM');
  const told = await lines.next();
  return JSON.parse(String(told.value)) as Percentiles;
}

function cpuTimes(): { busy: number; all: number } {
  const times = cpus().map(({ times: each }) => each);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}
