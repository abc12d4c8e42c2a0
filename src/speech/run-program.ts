import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setPriority } from 'node:os';

export interface ProgramRun {
  program: string;
  args: readonly string[];
  input: string | Buffer;
  timeLimitMs: number;
  maxOutputBytes: number;
}

export type ProgramResult =
  | { result: 'done'; output: Buffer }
  | { result: 'missing' }
  | { result: 'timed_out' }
  | { result: 'aborted' }
  /** It ended with a fault, or said more than it may; `detail` is its own last words. */
  | { result: 'failed'; detail: string };

const maxComplaintBytes = 4096;
/** Sound that is made ahead must not take the processor from calls that are on the line. */
const niceness = 10;

/**
 * Runs a program with `input` on its standard input and collects what it writes. It is killed at its time limit, when it writes too
 * much, and when `signal` aborts; the promise then resolves without waiting for anything that it may have left holding its pipes.
 */
export function runProgram(run: ProgramRun, signal?: AbortSignal): Promise<ProgramResult> {
  if (signal?.aborted === true) return Promise.resolve({ result: 'aborted' });
  return new Promise((resolve) => {
    const child = spawn(run.program, run.args, { stdio: 'pipe' });
    if (child.pid !== undefined) lowerPriority(child.pid);
    const settle = (result: ProgramResult): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', abort);
      release(child);
      resolve(result);
    };
    const abort = (): void => settle({ result: 'aborted' });
    const limit = setTimeout(() => settle({ result: 'timed_out' }), run.timeLimitMs);
    signal?.addEventListener('abort', abort);
    collect(child, run.maxOutputBytes, settle);
    child.stdin.on('error', () => undefined); // it may end without reading; its exit status tells
    child.stdin.end(run.input);
  });
}

function collect(
  child: ChildProcessWithoutNullStreams,
  maxBytes: number,
  settle: (result: ProgramResult) => void,
): void {
  const output: Buffer[] = [];
  let outputBytes = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes > maxBytes) settle({ result: 'failed', detail: `it wrote more than ${maxBytes} bytes` });
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-maxComplaintBytes);
  });
  child.on('error', (error: NodeJS.ErrnoException) =>
    settle(error.code === 'ENOENT' ? { result: 'missing' } : { result: 'failed', detail: error.message }),
  );
  child.on('close', (status, signalName) =>
    settle(
      status === 0
        ? { result: 'done', output: Buffer.concat(output) }
        : {
            result: 'failed',
            detail: lastLine(complaint) ?? `it ended with ${status ?? signalName ?? 'no status'}`,
          },
    ),
  );
}

/** Kills it if it still runs, by its id, and lets go of its pipes; without effect on one that has ended. */
function release(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
}

function lastLine(text: string): string | null {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? null : line.slice(0, 200);
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // it has ended already, or this system has no priorities
  }
}
