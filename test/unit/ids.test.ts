import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdSource, derivedId, firstIdAt, isId } from '../../src/domain/ids.ts';

/** An id source at an instant that is set, with bytes that are given. */
function setUp(bytesFor: (count: number) => Uint8Array = (count) => new Uint8Array(count)) {
  const time = { now: 1_772_433_000_000 };
  const clock = { now: () => time.now, setTimer: () => ({ cancel: () => undefined }) };
  return { time, ids: createIdSource(clock, bytesFor) };
}

const oneByOne = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index);

describe('an id', () => {
  it('has its kind, then the instant and what was drawn, five bits a letter, the first of which is nought', () => {
    const { ids } = setUp((count) => oneByOne(count).map((byte) => byte + 16));
    expect(ids.newId('call')).toBe('call_01kjpkthj00hjkmnpqrstvwxyz');
  });

  it('counts up within a millisecond, and carries', () => {
    const { ids } = setUp((count) => new Uint8Array(count).fill(31));
    const [first, second] = [ids.newId('evt'), ids.newId('evt')];
    expect([first.slice(14), second.slice(14)]).toEqual(['fzzzzzzzzzzzzzzz', 'g000000000000000']);
  });

  it('has its own part of what was drawn, which is drawn for many at once', () => {
    let draws = 0;
    const { ids, time } = setUp((count) => {
      draws += 1;
      return oneByOne(count).map((byte) => byte >> 4);
    });
    const tails = Array.from({ length: 64 }, () => {
      time.now += 1;
      return ids.newId('call').slice(15);
    });
    expect(draws).toBe(1);
    expect(tails.slice(0, 3)).toEqual(['0', '1', '2'].map((digit) => digit.repeat(16)));
  });

  it('sorts in the order of making, also where the clock is put back', () => {
    const steps = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat(255)), (stepsMs, bytes) => {
        const { ids, time } = setUp((count) => Uint8Array.from(bytes.take(count)));
        const made = stepsMs.map((stepMs) => {
          time.now += stepMs;
          return ids.newId('call');
        });
        expect(made.every((id) => isId('call', id))).toBe(true);
        expect(new Set(made).size).toBe(made.length);
        expect(made.toSorted()).toEqual(made);
      }),
      { numRuns: 50 },
    );
  });

  it('that is derived is the same for the same name, and sorts by its instant', () => {
    const digest = oneByOne(32);
    const derived = derivedId('mc', { at: 1_772_433_000_000, digest });
    expect(derived).toBe('mc_01kjpkthj00123456789abcdef');
    expect(isId('mc', derived)).toBe(true);
    expect(derived > firstIdAt('mc', 1_772_433_000_000)).toBe(true);
    expect(derived < firstIdAt('mc', 1_772_433_000_001)).toBe(true);
  });
});
