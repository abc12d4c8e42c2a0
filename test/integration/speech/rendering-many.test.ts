import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { measureRendering } from '../../../bench/measure-rendering.ts';
import { createSoundShaper } from '../../../src/speech/sound-shaper.ts';
import { temporaryDirectory } from './programs.ts';

/** Below the usual priority, which is 0. */
const politeNice = 10;

/** Of every thread of a process, and of every process that it started. */
async function nicenessUnder(pid: number): Promise<{ threads: number[]; programs: number[] }> {
  const niceOf = async (path: string): Promise<number> => {
    const stat = await readFile(path, 'utf8').catch(() => '');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] ?? NaN);
  };
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const threads = await Promise.all(tasks.map((task) => niceOf(`/proc/${pid}/task/${task}/stat`)));
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const pids = children.flatMap((text) => text.trim().split(' ')).filter((text) => text !== '');
  const programs = await Promise.all(pids.map((child) => niceOf(`/proc/${child}/stat`)));
  return { threads, programs: programs.filter((nice) => !Number.isNaN(nice)) };
}

describe('speaking to many by their names', () => {
  test('goes on after a kill where it was, and makes nothing twice but what was being made', async () => {
    const rendering = await measureRendering({ prompts: 300, idleMs: 200, say: () => undefined });
    expect(rendering.killedAt).toBeGreaterThan(50);
    expect(rendering.killedAt).toBeLessThan(300);
    expect(rendering.made).toBe(300);
    expect(rendering.broken).toBe(0);
  }, 90_000);

  test('has a lower priority than calls, in every process and thread that makes sound', async () => {
    const script = join(import.meta.dirname, '../../../bench/render-names.ts');
    const child = spawn(process.execPath, [script, await temporaryDirectory(), '400'], { stdio: 'pipe' });
    const ended = once(child, 'exit');
    const seen = { threads: 0, programs: [] as number[] };
    while (seen.threads === 0 || seen.programs.length < 20) {
      expect(child.exitCode, 'it is still at work').toBeNull();
      const { threads, programs } = await nicenessUnder(child.pid ?? 0);
      seen.threads = Math.max(seen.threads, threads.filter((nice) => nice === politeNice).length);
      seen.programs.push(...programs);
    }
    child.kill('SIGKILL');
    await ended;
    expect(seen.threads).toBeGreaterThanOrEqual(1);
    // One that has just been started gets its priority at once after.
    const polite = seen.programs.filter((nice) => nice === politeNice).length;
    expect(polite / seen.programs.length).toBeGreaterThan(0.7);
  }, 60_000);

  test('shapes on several threads where there are cores for it', async () => {
    const shaper = createSoundShaper({ program: 'ffmpeg', threads: 3 });
    const before = (await nicenessUnder(process.pid)).threads.length;
    const tone = () => Int16Array.from({ length: 8_000 }, (_, at) => (at % 20 < 10 ? 3_000 : -3_000));
    const shaped = Array.from({ length: 6 }, () => shaper.shape({ samples: tone(), rateHz: 8_000 }, 'alaw'));
    expect((await nicenessUnder(process.pid)).threads.length - before).toBeGreaterThanOrEqual(3);
    expect((await Promise.all(shaped)).every((bytes) => bytes !== null && bytes.length > 7_000)).toBe(true);
    await shaper.close();
  });
});
