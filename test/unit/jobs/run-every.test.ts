import { describe, expect, test } from 'vitest';
import { runEvery, type Job } from '../../../src/jobs/run-every.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface Started {
  clock: VirtualClock;
  job: Job;
  /** When it ran, in milliseconds after the start. */
  ranAt: number[];
}

function start(leastMs?: number): Started {
  const clock = new VirtualClock(0);
  const ranAt: number[] = [];
  const work = (): Promise<void> => Promise.resolve(void ranAt.push(clock.now()));
  const spacing = leastMs === undefined ? {} : { leastMs };
  const job = runEvery({ clock, log: silentLog }, { name: 'a job', everyMs: () => 500, work, ...spacing });
  return { clock, job, ranAt };
}

describe('a job', () => {
  test('runs at the start and then as often as it is told to', async () => {
    const { clock, ranAt } = start();
    await clock.advanceBy(1_200);
    expect(ranAt).toEqual([0, 500, 1_000]);
  });

  test('runs at once when it is woken', async () => {
    const { clock, job, ranAt } = start();
    await clock.advanceBy(7);
    job.wake();
    await clock.advanceBy(3);
    expect(ranAt).toEqual([0, 7]);
  });

  test('does together what it was woken for within its least spacing, at the end of that', async () => {
    const { clock, job, ranAt } = start(100);
    for (const pauseMs of [10, 10, 10]) {
      await clock.advanceBy(pauseMs);
      job.wake();
    }
    await clock.advanceBy(200);
    expect(ranAt).toEqual([0, 100]);
  });

  test('runs at once when it is woken later than its least spacing', async () => {
    const { clock, job, ranAt } = start(100);
    await clock.advanceBy(150);
    job.wake();
    await clock.advanceBy(1);
    expect(ranAt).toEqual([0, 150]);
  });

  test('leaves no timer when it was stopped while it waited for its least spacing', async () => {
    const { clock, job, ranAt } = start(100);
    await clock.advanceBy(10);
    job.wake();
    await job.stop();
    await clock.advanceBy(1_000);
    expect(ranAt).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });
});
