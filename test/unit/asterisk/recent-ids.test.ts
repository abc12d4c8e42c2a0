import { expect, it } from 'vitest';
import { createRecentIds } from '../../../src/telephony/asterisk/recent-ids.ts';

it('remembers the last ids only', () => {
  const ids = createRecentIds(2);
  for (const id of ['a', 'b', 'b', 'c']) ids.add(id);
  expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([false, true, true]);
});
