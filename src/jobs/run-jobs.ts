import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { runEvery, type Job } from './run-every.ts';

/** What is done every so often, by its name: how often, what, and how far apart runs begin at least where they are asked for. */
export type Work = Readonly<
  Record<string, readonly [everyMs: () => number, work: () => Promise<unknown>, leastMs?: number]>
>;

/** Begins with all of it, and puts each job under its name into `jobs`. */
export function runJobs(deps: { clock: Clock; log: Log; jobs: Map<string, Job> }, work: Work): void {
  for (const [name, [everyMs, run, leastMs = 0]] of Object.entries(work))
    deps.jobs.set(name, runEvery(deps, { name, everyMs, leastMs, work: run }));
}
