import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTrunk, rankTrunks, type TrunkRequest } from '../../../src/domain/calls/choose-trunk.ts';
import { simulatorTrunk, type Trunk } from '../../../src/domain/calls/trunk.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';

const trunk = (name: string, differences: Partial<Trunk> = {}): Trunk => ({
  ...simulatorTrunk,
  name,
  ...differences,
});

const asked = (seed: string): TrunkRequest => ({
  number: '+919000001239' as PhoneNumber,
  purpose: 'service',
  requested: { trunk: null, callerId: null },
  seed,
});

const calls = Array.from({ length: 4_000 }, (_, index) => `call_01k6m3q4t8v5w2x9y7${index}/1`);

function names(trunks: readonly Trunk[], seed: string): string[] {
  const ranked = rankTrunks(trunks, asked(seed));
  return 'result' in ranked ? [] : ranked.map((way) => way.trunk.name);
}

/** How many of `calls` go over each trunk. */
function shares(trunks: readonly Trunk[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const seed of calls) {
    const [first = ''] = names(trunks, seed);
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 });

describe('among trunks that are as fit', () => {
  it('each gets the share of the calls that its weight says', () => {
    fc.assert(
      fc.property(weights, (given) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        const counts = shares(given.map((weight, index) => trunk(`carrier-${index}`, { weight })));
        for (const [index, weight] of given.entries()) {
          const expected = (calls.length * weight) / total;
          // five standard deviations of so many draws
          const slack = 5 * Math.sqrt(expected * (1 - weight / total));
          expect(Math.abs((counts.get(`carrier-${index}`) ?? 0) - expected)).toBeLessThan(slack);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('a call goes the same way each time it is asked for, in whatever order the file has them', () => {
    const trunks = [trunk('a', { weight: 3 }), trunk('b'), trunk('c', { weight: 7 })];
    for (const seed of calls.slice(0, 200))
      expect(names(trunks.toReversed(), seed)).toEqual(names(trunks, seed));
  });

  it('only the calls of one that is left out go another way', () => {
    const trunks = [trunk('a'), trunk('b', { weight: 2 }), trunk('c')];
    for (const seed of calls.slice(0, 500)) {
      const all = names(trunks, seed);
      const rest = names(trunks.slice(1), seed);
      expect(rest).toEqual(all.filter((name) => name !== 'a'));
    }
  });

  it('another attempt draws anew', () => {
    const trunks = [trunk('a'), trunk('b')];
    const moved = calls.filter((seed) => names(trunks, seed)[0] !== names(trunks, `${seed}1`)[0]);
    expect(moved.length).toBeGreaterThan(calls.length / 3);
  });

  it('weight never beats a lower order or a longer prefix', () => {
    const trunks = [
      trunk('heavy', { weight: 1000, order: 2 }),
      trunk('light', { weight: 1, order: 1 }),
      trunk('near', { weight: 1, order: 9, prefixes: ['+91'] }),
    ];
    for (const seed of calls.slice(0, 100)) {
      expect(names(trunks, seed)).toEqual(['near', 'light', 'heavy']);
      expect(chooseTrunk(trunks, asked(seed))).toMatchObject({ trunk: { name: 'near' } });
    }
  });
});
