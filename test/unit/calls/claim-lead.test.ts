import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextClaimLeadMs } from '../../../src/domain/calls/claim-lead.ts';

describe('how far ahead of its claim the first instant lies', () => {
  it.each([
    ['twice what the claim took, which the last look for a no is part of', 0, 40, 80],
    ['less with each claim that is faster again', 100, 10, 80],
    ['never less than twice the last claim', 100, 45, 90],
    ['nothing where claims take nothing', 1, 0, 0],
    ['half a second at most', 0, 60_000, 500],
  ])('is %s', (_, leadMs, tookMs, next) => {
    expect(nextClaimLeadMs(leadMs, tookMs)).toBe(next);
  });

  it('stays within its bounds, and is forgotten when the machine has time again', () => {
    const took = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(took, (tookMs) => {
        const lead = tookMs.reduce(nextClaimLeadMs, 0);
        expect(lead).toBeGreaterThanOrEqual(0);
        expect(lead).toBeLessThanOrEqual(500);
        const quiet = Array<number>(40).fill(0).reduce(nextClaimLeadMs, lead);
        expect(quiet).toBe(0);
      }),
    );
  });
});
