import type { Clock } from './clock.ts';

/** Waits for `work`, but no longer than `limitMs`; the work goes on where the time was over first. */
export async function within<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T | 'timed_out'> {
  const { promise, resolve } = Promise.withResolvers<'timed_out'>();
  const timer = clock.setTimer(limitMs, () => resolve('timed_out'));
  return Promise.race([work, promise]).finally(() => timer.cancel());
}

/**
 * Resolves after `delayMs`, or as soon as `signal` aborts: then `aborted`. Leaves neither timer nor listener behind. (What is aborted often is given a reason,
 * any text: without one each abort makes an exception of its own, with its stack.)
 */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<'elapsed' | 'aborted'> {
  if (signal?.aborted) return Promise.resolve('aborted');
  const { promise, resolve } = Promise.withResolvers<'elapsed' | 'aborted'>();
  const aborted = (): void => resolve('aborted');
  const timer = clock.setTimer(delayMs, () => resolve('elapsed'));
  signal?.addEventListener('abort', aborted, { once: true });
  return promise.finally(() => {
    timer.cancel();
    signal?.removeEventListener('abort', aborted);
  });
}
