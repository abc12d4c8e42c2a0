import { parsePhoneNumber } from '../src/domain/phone-numbers/phone-number.ts';

/** Numbers of handsets, none twice: a person can only be on one phone at a time. They never leave this machine. */
export function createPhoneNumbers(): { next(): string } {
  let last = 9_000_000_000;
  return {
    next() {
      for (;;) {
        last += 1;
        const number = `+91${last}`;
        if (parsePhoneNumber(number).result === 'parsed') return number;
      }
    },
  };
}

/**
 * Numbers of the simulator's phones that press one key when they are asked and then listen: `900000KKKK`, of which the first K is that key. After
 * the last it begins again.
 */
export function createSimulatedNumbers(firstKeys: readonly string[]): { next(): string } {
  const all = firstKeys.flatMap((key) =>
    Array.from({ length: 1_000 }, (_, index) => `+91900000${key}${String(index).padStart(3, '0')}`),
  );
  let used = 0;
  return {
    next() {
      used += 1;
      return all[(used - 1) % all.length] ?? '';
    },
  };
}
