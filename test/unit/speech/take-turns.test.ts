import { describe, expect, test } from 'vitest';

import { createTurns } from '../../../src/speech/take-turns.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function turns(rules: Partial<Parameters<typeof createTurns>[1]> = {}) {
  const clock = new VirtualClock();
  const takeTurn = createTurns(clock, { mostAtOnce: 1, spacingMs: 1_000, longestWaitMs: 2_500, ...rules });
  const startMs = clock.now();
  const began: number[] = [];
  const work = (): Promise<void> => {
    began.push(clock.now() - startMs);
    return Promise.resolve();
  };
  return { clock, takeTurn, work, began };
}

describe('taking turns', () => {
  test('keeps the space between beginnings, and sends away who has waited too long', async () => {
    const { clock, takeTurn, work, began } = turns();
    const all = Promise.allSettled(Array.from({ length: 5 }, () => takeTurn(work)));
    await clock.runUntilIdle();
    expect((await all).map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled'],
      ...['rejected', 'rejected'],
    ]);
    expect((await all)[3]).toMatchObject({ reason: { code: 'synthesiser_busy' } });
    expect(began).toEqual([0, 1_000, 2_000]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('runs no more at once than it may, and goes on after one that failed', async () => {
    const { takeTurn } = turns({ spacingMs: 0, mostAtOnce: 2 });
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<null>());
    let running = 0;
    let most = 0;
    const all = Promise.allSettled(
      gates.map((gate) =>
        takeTurn(async () => {
          most = Math.max(most, (running += 1));
          await gate.promise.finally(() => (running -= 1));
        }),
      ),
    );
    gates.forEach((gate, index) => (index === 0 ? gate.reject(new Error('planted')) : gate.resolve(null)));
    expect((await all).map(({ status }) => status)).toEqual([
      ...['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    ]);
    expect(most).toBe(2);
  });

  test('forgets who is called off, before or while they wait', async () => {
    const { clock, takeTurn, work, began } = turns();
    const off = new AbortController();
    const first = takeTurn(work);
    const second = takeTurn(work, off.signal);
    off.abort();
    await expect(second).rejects.toMatchObject({ code: 'closed' });
    await expect(takeTurn(work, off.signal)).rejects.toMatchObject({ code: 'closed' });
    await first;
    await clock.runUntilIdle();
    expect(began).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });
});
