import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gatewayCommand, gatewayEnvironment } from '../../demo/gateway-command.ts';

/** How the gateway's process ended. */
export interface GatewayExit {
  status: number | null;
  signal: NodeJS.Signals | null;
  /** What it wrote for the person who started it. */
  stderr: string;
}

/** One line of its log. */
export interface LogEntry {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** The gateway as its users run it: `node src/main.ts`, configured by its environment alone. It dies with the test's process. */
export interface GatewayProcess {
  readonly pid: number;
  /** Where its API is; throws before it has said so. */
  readonly url: string;
  readonly log: readonly LogEntry[];
  readonly exited: Promise<GatewayExit>;
  /** The first log line with this message, written already or yet to come. Rejects with all that it wrote when it ends first, or after `limitMs`. */
  said(message: string | RegExp, limitMs?: number): Promise<LogEntry>;
  signal(name: NodeJS.Signals): void;
  /** Nobody reads its log from now on. */
  stopReading(): void;
  /** As a power cut would end it. */
  kill9(): Promise<void>;
  /** SIGTERM, and how it ended. */
  terminate(): Promise<GatewayExit>;
}

const root = join(import.meta.dirname, '../..');
export const testApiKey = 'T5r9xQ2mWc7LkZ0vBn4JhYd8';

interface Waiter {
  message: string | RegExp;
  resolve: (entry: LogEntry) => void;
}

/**
 * Starts it and waits for nothing. Variables of the test's own environment that are meant for a gateway are not passed on.
 *
 * @param nodeOptions what Node is given before everything else
 * @param launcher what starts Node, if not the test itself
 */
export function runGateway(
  environment: Record<string, string>,
  nodeOptions: readonly string[] = [],
  launcher: readonly string[] = [],
): GatewayProcess {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('IVRS_')));
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', ...launcher, process.execPath, ...nodeOptions, ...gatewayCommand],
    {
      cwd: root,
      env: { ...own, ...gatewayEnvironment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const log: LogEntry[] = [];
  const waiters = new Set<Waiter>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line) as LogEntry;
    log.push(entry);
    for (const waiter of waiters) if (fits(entry, waiter.message)) waiter.resolve(entry);
  });
  // «close» and not «exit»: by then all that it wrote was read.
  const exited = new Promise<GatewayExit>((resolve, reject) => {
    child.once('close', (status, signal) => resolve({ status, signal, stderr }));
    child.once('error', reject);
  });

  function said(message: string | RegExp, limitMs = 60_000): Promise<LogEntry> {
    const there = log.find((entry) => fits(entry, message));
    if (there !== undefined) return Promise.resolve(there);
    const { promise, resolve, reject } = Promise.withResolvers<LogEntry>();
    const waiter = { message, resolve };
    waiters.add(waiter);
    const fail = (why: string): void =>
      reject(
        new Error(`the gateway ${why} before it said «${String(message)}»:\n${lastWords(log)}${stderr}`),
      );
    const limit = setTimeout(() => fail(`took more than ${limitMs} ms`), limitMs);
    void exited.then(({ status }) => fail(`ended with status ${status ?? 'none'}`));
    return promise.finally(() => {
      clearTimeout(limit);
      waiters.delete(waiter);
    });
  }

  return {
    pid: child.pid ?? -1,
    log,
    exited,
    said,
    get url() {
      const listening = log.find((entry) => entry.msg === 'listening');
      if (listening === undefined) throw new Error('the gateway has not said where it listens');
      return String(listening['url']);
    },
    signal: (name) => void child.kill(name),
    stopReading: () => void child.stdout.destroy(),
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    async terminate() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/**
 * As on a machine of its own: processes elsewhere cannot look up whether it lives. It can be killed, and not be ended in order.
 */
export const elsewhere = ['unshare', '--pid', '--fork', '--kill-child=KILL'] as const;

/** Starts it and waits until calls can be placed. */
export async function startGateway(
  environment: Record<string, string>,
  launcher: readonly string[] = [],
): Promise<GatewayProcess> {
  const gateway = runGateway(environment, [], launcher);
  try {
    await gateway.said('ready');
    return gateway;
  } catch (error) {
    await gateway.kill9();
    throw error;
  }
}

function fits(entry: LogEntry, message: string | RegExp): boolean {
  return typeof message === 'string' ? entry.msg === message : message.test(entry.msg);
}

function lastWords(log: readonly LogEntry[]): string {
  return log
    .slice(-20)
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
}
