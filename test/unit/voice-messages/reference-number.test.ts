import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReferenceNumber, referenceNumberOf } from '../../../src/domain/voice-messages/reference-number.ts';

const drawn = fc.stringMatching(/^[0-9]{6}$/);

it('has the check digit of Damm’s own example', () => {
  expect(referenceNumberOf('572')).toBe('5724');
});

it('accepts every number that was made, and none with one wrong digit', () => {
  fc.assert(
    fc.property(drawn, fc.nat(6), fc.integer({ min: 1, max: 9 }), (digits, place, change) => {
      const number = referenceNumberOf(digits);
      expect(isReferenceNumber(number)).toBe(true);
      const wrong = Array.from(number, (digit, at) =>
        at === place ? String((Number(digit) + change) % 10) : digit,
      );
      expect(isReferenceNumber(wrong.join(''))).toBe(false);
    }),
  );
});

it('tells two neighbours that changed places', () => {
  fc.assert(
    fc.property(drawn, fc.nat(5), (digits, at) => {
      const number = referenceNumberOf(digits);
      const [one = '', other = ''] = number.slice(at, at + 2);
      if (one === other) return;
      expect(isReferenceNumber(`${number.slice(0, at)}${other}${one}${number.slice(at + 2)}`)).toBe(false);
    }),
  );
});

it.each(['', '123456', '12345678', '123456a', '١٢٣٤٥٦٧'])('«%s» is none', (text) => {
  expect(isReferenceNumber(text)).toBe(false);
});
