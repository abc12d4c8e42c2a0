import { expect, it } from 'vitest';
import { mapInPortions } from '../../../src/lib/in-portions.ts';

it('maps all in order, and lets others have their turn in between', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const list = Array.from({ length: 250 }, (_, index) => index);
  const turnOf = await mapInPortions(list, (each) => ({ each, turn: turns }));
  isOver = true;
  expect(turnOf.map(({ each }) => each)).toEqual(list);
  const most = Math.max(
    ...Map.groupBy(turnOf, ({ turn }) => turn)
      .values()
      .map((same) => same.length),
  );
  expect(most).toBeLessThanOrEqual(50);
});
