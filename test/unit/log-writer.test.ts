import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogWriter, type LogWriter } from '../../src/log-writer.ts';

let folder: string;
let open: number[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-log-'));
});
afterEach(async () => {
  for (const fd of open) closeSync(fd);
  open = [];
  await rm(folder, { recursive: true, force: true });
});

function opened(path: string, flags: string | number): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

function writerTo(fd: number, onLost: (count: number) => void = () => undefined): LogWriter {
  const tellOfLost = (count: number): string => {
    onLost(count);
    return `${count} were lost\n`;
  };
  return createLogWriter({ fd, tellOfLost, flushEveryMs: 1, enoughLetters: 100, mostWaitingLetters: 50_000 });
}

/** A pipe that takes what it has room for and makes nobody wait. */
function openPipe(): { fd: number; path: string; reader: number } {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = opened(path, constants.O_RDWR | constants.O_NONBLOCK);
  return { fd: opened(path, constants.O_WRONLY | constants.O_NONBLOCK), path, reader };
}

/** All that is in the pipe now. */
function readAll(reader: number): string {
  const chunk = Buffer.alloc(1_048_576);
  try {
    return chunk.toString('utf8', 0, readSync(reader, chunk));
  } catch {
    return '';
  }
}

const linesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${index} «é»\n`);

it('writes all lines in their order', async () => {
  const path = join(folder, 'log');
  const writer = writerTo(opened(path, 'w'));
  const lines = linesOf(1_000);
  for (const line of lines) writer.write(line);
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(lines.join(''));
});

it('loses what nobody reads in time, and says how much when somebody reads again', async () => {
  const { fd, reader } = openPipe();
  const writer = writerTo(fd);
  const lines = linesOf(20_000);
  for (const line of lines) writer.write(line);
  let heard = '';
  await expect
    .poll(() => {
      // what was lost is told with the next line
      writer.write('');
      return (heard += readAll(reader));
    })
    .toMatch(/ were lost\n/);
  const lost = Number(/^(\d+) were lost$/m.exec(heard)?.[1]);
  const kept = heard.split('\n').filter((line) => line.startsWith('line'));
  expect(kept).toEqual(lines.slice(0, kept.length).map((line) => line.trimEnd()));
  expect(kept.length + lost).toBe(lines.length);
});

it('ends at once where the reader is gone, and writes to the next one', async () => {
  const { fd, path, reader } = openPipe();
  const writer = writerTo(fd);
  closeSync(reader);
  open.splice(open.indexOf(reader), 1);
  writer.write('nobody hears this\n');
  writer.end();
  const next = opened(path, constants.O_RDWR | constants.O_NONBLOCK);
  writer.write('somebody hears this\n');
  let heard = '';
  await expect.poll(() => (heard += readAll(next))).toBe('somebody hears this\n');
});

it('counts all that was lost while there was no reader, however often it was tried', async () => {
  const { fd, path, reader } = openPipe();
  const told: number[] = [];
  const writer = writerTo(fd, (count) => told.push(count));
  closeSync(reader);
  open.splice(open.indexOf(reader), 1);
  let written = 0;
  await expect
    .poll(() => {
      writer.write('nobody hears this\n');
      written += 1;
      return told.length;
    })
    .toBeGreaterThan(2);
  const next = opened(path, constants.O_RDWR | constants.O_NONBLOCK);
  let heard = '';
  await expect
    .poll(() => {
      writer.write('a line\n');
      written += 1;
      return (heard += readAll(next));
    })
    .toMatch(/were lost\n.*a line\n/s);
  const lost = Number(/^(\d+) were lost$/m.exec(heard)?.[1]);
  await expect
    .poll(() => (heard += readAll(next)).split('\n').filter((line) => / line$|hears/.test(line)).length)
    .toBe(written - lost);
});

it('writes at the end what waits', () => {
  const path = join(folder, 'log');
  const writer = writerTo(opened(path, 'w'));
  writer.write('the last words\n');
  writer.end();
  expect(readFileSync(path, 'utf8')).toBe('the last words\n');
});
