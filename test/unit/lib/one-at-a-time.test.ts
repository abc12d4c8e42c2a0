import { expect, it } from 'vitest';
import { oneAtATime } from '../../../src/lib/one-at-a-time.ts';

it('begins a work when the one before has ended, well or not', async () => {
  const inTurn = oneAtATime();
  const begun: string[] = [];
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  const work = (name: string, settled: Promise<string>) => () => {
    begun.push(name);
    return settled;
  };
  const results = [
    inTurn(work('first', first.promise)),
    inTurn(work('second', second.promise)),
    inTurn(work('third', Promise.resolve('c'))),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['first']);
  second.resolve('b');
  first.reject(new Error('planted'));
  expect(await Promise.allSettled(results)).toEqual([
    { status: 'rejected', reason: new Error('planted') },
    { status: 'fulfilled', value: 'b' },
    { status: 'fulfilled', value: 'c' },
  ]);
  expect(begun).toEqual(['first', 'second', 'third']);
});
