import { expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import { lostVerdict, withdrawnVerdict } from '../../../src/workflows/attempt-verdicts.ts';
import { verdictOfLost } from '../../../src/workflows/verdict-of-lost.ts';

const attempt = 'att_1' as AttemptId;

it.each([
  ['never left: it is given back', () => Promise.resolve(true), withdrawnVerdict],
  ['may have left: nobody knows', () => Promise.resolve(false), lostVerdict],
  ['cannot be looked up: nobody knows', () => Promise.reject(new LedgerUnavailable('away')), lostVerdict],
])('an attempt without a leg %s', async (_what, isUnsent, verdict) => {
  expect(await verdictOfLost({ isUnsent }, attempt)).toBe(verdict);
});

it('is judged by no bug', async () => {
  const bug = new TypeError('undefined is not a function');
  await expect(verdictOfLost({ isUnsent: () => Promise.reject(bug) }, attempt)).rejects.toBe(bug);
});
