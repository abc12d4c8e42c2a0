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
 */
export function runEvery(
  deps: { clock: Clock; log: Log },
  job: { name: string; everyMs: () => number; work: () => Promise<unknown> },
): Job {
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let wanted = false;
  let stopped = false;

  async function run(): Promise<void> {
    do {
      wanted = false;
      try {
        await job.work();
      } catch (error) {
        deps.log.error({ err: error, job: job.name }, 'a job failed; it runs again');
      }
    } while (wanted && !stopped);
    running = null;
    if (!stopped) timer = deps.clock.setTimer(job.everyMs(), start);
  }

  function start(): void {
    timer?.cancel();
    if (stopped) return;
    if (running) wanted = true;
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
