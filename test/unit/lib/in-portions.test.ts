import { expect, it } from 'vitest';
import { mapInPortions } from '../../../src/lib/in-portions.ts';
import { countTurns } from '../../support/count-turns.ts';

it('maps all in order, and lets others have their turn in between', async () => {
  const others = countTurns();
  const list = Array.from({ length: 250 }, (_, index) => index);
  const turnOf = await mapInPortions(list, (each) => ({ each, turn: others.turns() }));
  others.end();
  expect(turnOf.map(({ each }) => each)).toEqual(list);
  const most = Math.max(
    ...Map.groupBy(turnOf, ({ turn }) => turn)
      .values()
      .map((same) => same.length),
  );
  expect(most).toBeLessThanOrEqual(50);
});
