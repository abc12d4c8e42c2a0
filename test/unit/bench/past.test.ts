import { expect, it } from 'vitest';
import { pastRow } from '../../../bench/targets.ts';

const load = { calls: 1, perSecond: 1 };
const costing = (total: number) => ({ program: 0, postgres: total, total });

it.each([
  { much: 12, ended: 10_000_000, met: true },
  { much: 12.1, ended: 10_000_000, met: false },
  { much: 7.9, ended: 10_000_000, met: false },
  // fewer ended calls than the target names tell nothing about it
  { much: 10, ended: 9_999_999, met: false },
])('with $ended ended calls, $much ms where an empty database takes 10: met $met', ({ much, ended, met }) => {
  const totals = { little: [10], much: [much] };
  const past = { load, rounds: 1, little: costing(10), much: costing(much), totals };
  expect(pastRow({ contents: { queued: 0, ended }, past })).toMatchObject({ met });
});
