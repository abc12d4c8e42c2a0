import { expect, it } from 'vitest';
import { inOrder } from '../../../src/lib/in-order.ts';

it('gives what was begun first first, whichever is ready first', async () => {
  const order = inOrder();
  const given: string[] = [];
  const [slow, quick] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const both = Promise.all([slow, quick].map(async ({ promise }) => given.push(await order(promise))));
  quick.resolve('begun second');
  await quick.promise;
  slow.resolve('begun first');
  await both;
  expect(given).toEqual(['begun first', 'begun second']);
});

it('tells of a fault whoever waits for what could not be made, and nobody else', async () => {
  const order = inOrder();
  const [failing, next] = [order(Promise.reject(new Error('not made'))), order(Promise.resolve('made'))];
  await expect(failing).rejects.toThrow('not made');
  await expect(next).resolves.toBe('made');
});
