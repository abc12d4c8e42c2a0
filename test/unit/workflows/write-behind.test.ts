import { beforeEach, expect, it } from 'vitest';
import { WriteBehind } from '../../../src/workflows/write-behind.ts';

let begun: { batch: string; settle: PromiseWithResolvers<boolean> }[];
let writing: WriteBehind<string>;

beforeEach(() => {
  begun = [];
  writing = new WriteBehind<string>((batch) => {
    const settle = Promise.withResolvers<boolean>();
    begun.push({ batch, settle });
    return settle.promise;
  }, 2);
});

/** Whether there is room now, without waiting for it. */
async function hasRoom(): Promise<boolean | 'not yet'> {
  const later = new Promise<'not yet'>((resolve) => setImmediate(() => resolve('not yet')));
  return Promise.race([writing.room(), later]);
}

it('has so many under way, and room again when the first is written', async () => {
  expect(await hasRoom()).toBe(true);
  writing.add('a');
  expect(await hasRoom()).toBe(true);
  writing.add('b');
  expect(begun.map(({ batch }) => batch)).toEqual(['a', 'b']);
  expect(await hasRoom()).toBe('not yet');
  begun[1]!.settle.resolve(true);
  expect(await hasRoom()).toBe('not yet');
  begun[0]!.settle.resolve(true);
  expect(await hasRoom()).toBe(true);
});

it('ends when all are written', async () => {
  writing.add('a');
  writing.add('b');
  const end = writing.end();
  begun[0]!.settle.resolve(true);
  begun[1]!.settle.resolve(true);
  expect(await end).toBe(true);
});

it('says to everybody that it was the last', async () => {
  writing.add('a');
  writing.add('b');
  begun[0]!.settle.resolve(false);
  begun[1]!.settle.resolve(true);
  expect(await writing.room()).toBe(false);
  expect(await writing.end()).toBe(false);
});

it('tells of a failure, and only when nothing is under way any more at its end', async () => {
  writing.add('a');
  writing.add('b');
  begun[0]!.settle.reject(new Error('planted'));
  await expect(writing.room()).rejects.toThrow('planted');
  let isOver = false;
  const end = writing.end().catch((error: unknown) => {
    isOver = true;
    return error;
  });
  await hasRoom().catch(() => undefined);
  expect(isOver).toBe(false);
  begun[1]!.settle.resolve(true);
  expect(await end).toEqual(new Error('planted'));
});
