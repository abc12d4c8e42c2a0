import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideSending, paceOf } from '../../../src/domain/calls/pace.ts';

describe('paceOf', () => {
  it('keeps every sliding second within the rate, however late each INVITE is within its limit', () => {
    const lateness = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 500 }),
        lateness,
        (rate, latenessMs, shares) => {
          const pace = paceOf(rate, latenessMs);
          const sentAt = shares.map((share, index) => index * pace.spacingMs + share * latenessMs);
          for (const from of sentAt) {
            expect(sentAt.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(rate);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('decideSending', () => {
  const pace = paceOf(10, 50);
  it.each([
    ['waits for its instant', 999, { do: 'wait', waitMs: 1 }],
    ['sends at its instant', 1000, { do: 'send' }],
    ['sends a little late', 1050, { do: 'send' }],
    ['gives back what is later', 1051, { do: 'give_back' }],
  ])('%s', (_name, now, expected) => {
    expect(decideSending(pace, { sendAt: 1000, now })).toEqual(expected);
  });
});
