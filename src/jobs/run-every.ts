import type { Clock, Timer } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

export interface Job {
  /** Runs it now, or once more right after the present run. */
  wake(): void;
  /** No further run; resolves when the present one is over. */
  stop(): Promise<void>;
}

/**
 * Runs `work` now, then again when it is woken, and at the latest `everyMs` after a run; never twice at once. What it throws is logged,
 * and the next run comes all the same.
 *
 * Runs begin at least `leastMs` apart (default 0), so that under load what came together is done together; a lone wake runs at once.
 */
export function runEvery(
  deps: { clock: Clock; log: Log },
  job: { name: string; everyMs: () => number; leastMs?: number; work: () => Promise<unknown> },
): Job {
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let wanted = false;
  let stopped = false;
  let notBefore = -Infinity;
  let lastFailure = '';

  async function run(): Promise<void> {
    wanted = false;
    notBefore = deps.clock.now() + (job.leastMs ?? 0);
    try {
      await job.work();
      lastFailure = '';
    } catch (error) {
      tellFailure(error);
    }
    running = null;
    if (isWantedAgain()) {
      start();
      return;
    }
    if (!stopped) timer = deps.clock.setTimer(job.everyMs(), start);
  }

  /** Once for as long as it fails for the same reason: an outage must not fill the log. */
  function tellFailure(error: unknown): void {
    const failure = error instanceof Error ? error.message : String(error);
    const level = failure === lastFailure ? 'debug' : 'error';
    lastFailure = failure;
    deps.log[level]({ err: error, job: job.name }, 'a job failed; it runs again');
  }

  /** Asked through a function: it changed while the work was waited for. */
  function isWantedAgain(): boolean {
    return wanted && !stopped;
  }

  function start(): void {
    timer?.cancel();
    if (stopped) return;
    const earlyMs = notBefore - deps.clock.now();
    if (running) wanted = true;
    else if (earlyMs > 0) timer = deps.clock.setTimer(earlyMs, start);
    else running = run();
  }

  start();
  return {
    wake: start,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
