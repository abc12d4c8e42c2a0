import { expect, it } from 'vitest';
import { lookUpTogether } from '../../../src/db/look-up-together.ts';

it('makes one look-up of those that are asked for at once, and another of those that come later', async () => {
  const asked: string[][] = [];
  const find = lookUpTogether((keys: string[]) => {
    asked.push(keys);
    return Promise.resolve(new Map(keys.filter((key) => key !== 'c').map((key) => [key, key.toUpperCase()])));
  });
  expect(await Promise.all(['a', 'b', 'a', 'c'].map(find))).toEqual(['A', 'B', 'A', undefined]);
  expect(await find('a')).toBe('A');
  expect(asked).toEqual([['a', 'b', 'c'], ['a']]);
});

it('tells all who asked of a failure, and asks anew for the next', async () => {
  let isDown = true;
  const find = lookUpTogether((keys: number[]) =>
    isDown ? Promise.reject(new Error('planted')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
  );
  const results = await Promise.allSettled([find(1), find(2)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await find(1)).toBe(1);
});
