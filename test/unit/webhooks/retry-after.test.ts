import fc from 'fast-check';
import { expect, test } from 'vitest';

import { retryAfterMs } from '../../../src/webhooks/retry-after.ts';

const now = Date.UTC(2026, 0, 5, 9, 0, 0);

test.each([
  [undefined, null],
  ['', null],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  [['30', '60'], 30_000],
  ['Mon, 05 Jan 2026 09:02:00 GMT', 120_000],
  ['Monday, 05-Jan-26 09:02:00 GMT', 120_000],
  ['Mon, 05 Jan 2026 08:00:00 GMT', 0],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['2026-01-05', null],
  ['99999999999999999999', null],
])('Retry-After %j means %j ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});

test('is null or a sensible span, whatever the header holds', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer().map(String),
        fc.date().map((date) => date.toString()),
      ),
      (header) => {
        const ms = retryAfterMs(header, now);
        expect(ms === null || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      },
    ),
  );
});
