import { expect, test } from 'vitest';

import { limitConcurrency } from '../../../src/speech/limit-concurrency.ts';

test('runs at most so many tasks at a time, in order, and goes on after one that failed', async () => {
  const inTurn = limitConcurrency(2);
  const gates = Array.from({ length: 6 }, () => Promise.withResolvers<null>());
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const results = gates.map((gate, index) =>
    inTurn(async () => {
      started.push(index);
      running += 1;
      most = Math.max(most, running);
      try {
        return await gate.promise;
      } finally {
        running -= 1;
      }
    }),
  );
  const settled = Promise.allSettled(results);
  gates.forEach((gate, index) => (index === 1 ? gate.reject(new Error('planted')) : gate.resolve(null)));

  expect((await settled).map((result) => result.status)).toEqual([
    'fulfilled',
    'rejected',
    ...Array.from({ length: 4 }, () => 'fulfilled'),
  ]);
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('does not let a newcomer pass one that waits', async () => {
  const inTurn = limitConcurrency(1);
  const order: string[] = [];
  const first = inTurn(() => Promise.resolve(order.push('first')));
  const second = inTurn(() => Promise.resolve(order.push('second')));
  await first;
  const third = inTurn(() => Promise.resolve(order.push('third')));
  await Promise.all([second, third]);
  expect(order).toEqual(['first', 'second', 'third']);
});
