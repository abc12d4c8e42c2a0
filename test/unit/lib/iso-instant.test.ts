import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoInstant } from '../../../src/lib/iso-instant.ts';

test('an instant is written as a date writes it, however many were written before', () => {
  const instants = fc.integer({ min: 0, max: 4_102_444_800_000 });
  fc.assert(
    fc.property(fc.array(instants, { minLength: 1, maxLength: 3_000, size: 'max' }), (all) => {
      for (const atMs of [...all, ...all]) expect(isoInstant(atMs)).toBe(new Date(atMs).toISOString());
    }),
    { numRuns: 20 },
  );
});

test('what is no instant is refused', () => {
  expect(() => isoInstant(NaN)).toThrow(RangeError);
});
