import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gatewayCommand, gatewayEnvironment } from './gateway-command.ts';

/** The gateway as its users run it: a process of its own, configured by its environment alone. */
export interface GatewayProcess {
  url: string;
  pid: number;
  logFile: string;
  stop(): Promise<void>;
}

/** Somebody may still be on the line, and the gateway waits for them; a demonstration does not. */
const patienceMs = 5_000;
const readyWithinMs = 30_000;

/**
 * Starts `src/main.ts` and waits until it says that it is ready.
 *
 * @param nodeOptions for Node itself, such as `--cpu-prof`
 * @throws Error with what it logged last, when it ends or is not ready in time
 */
export async function startGatewayProcess(
  environment: Record<string, string>,
  logFile: string,
  nodeOptions: readonly string[] = [],
): Promise<GatewayProcess> {
  const root = join(import.meta.dirname, '..');
  // A process group of its own: Ctrl-C reaches this program first, which then ends the gateway in order.
  const child = spawn(process.execPath, [...nodeOptions, ...gatewayCommand], {
    cwd: root,
    env: { ...process.env, ...gatewayEnvironment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = createWriteStream(logFile);
  child.stderr.pipe(log, { end: false });
  const lines = createInterface({ input: child.stdout });
  const recent: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => recent.push(chunk.toString()));
  const ready = Promise.withResolvers<string>();
  lines.on('line', (line) => {
    log.write(`${line}\n`);
    recent.push(`${line}\n`);
    recent.splice(0, recent.length - 20);
    const url = readyUrl(line);
    if (url !== null) ready.resolve(url);
  });
  const failed = (reason: string): void =>
    ready.reject(new Error(`the gateway ${reason}:\n${recent.join('')}`));
  child.once('exit', (status) => failed(`ended with status ${status ?? 'none'} before it was ready`));
  const limit = setTimeout(() => failed('was not ready in time'), readyWithinMs);
  try {
    return { url: await ready.promise, pid: child.pid ?? -1, logFile, stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(patience);
}

function readyUrl(line: string): string | null {
  try {
    const entry = JSON.parse(line) as { msg?: unknown; url?: unknown };
    return entry.msg === 'ready' && typeof entry.url === 'string' ? entry.url : null;
  } catch {
    return null;
  }
}
