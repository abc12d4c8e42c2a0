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
