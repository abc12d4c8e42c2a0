import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialledLine } from '../../../src/domain/lines/dialled-line.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import { trunkCountry, trunkOfEndpoint } from '../../../src/domain/lines/trunk-country.ts';

const lines = new Map([
  ['+911412345678' as LineNumber, 'Jaipur'],
  ['+911556' as LineNumber, 'short'],
]);

describe('the line that was called', () => {
  it.each([
    ['+911412345678', 'Jaipur'],
    ['911412345678', 'Jaipur'],
    ['00911412345678', 'Jaipur'],
    ['01412345678', 'Jaipur'],
    ['1412345678', 'Jaipur'],
    ['1556', 'short'],
    ['+911412345679', null],
    ['', null],
    ['+', null],
    ['1412345678;phone-context=+91', null],
    ['1412345678 ', null],
    ['१४१२३४५६७८', null],
    ['9'.repeat(1000), null],
  ])('is of %j %j', (dialled, expected) => {
    expect(dialledLine(dialled, { country: 'IN', lines })).toBe(expected);
  });

  it('is not guessed from a national number where the country is not known', () => {
    expect(dialledLine('01412345678', { country: null, lines })).toBeNull();
    expect(dialledLine('+911412345678', { country: null, lines })).toBe('Jaipur');
  });

  it('is none for any text that is no number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^\+?\d+$/.test(text));
        expect(dialledLine(text, { country: 'IN', lines })).toBeNull();
      }),
    );
  });
});

describe('the country of a trunk', () => {
  it.each([
    [{ prefixes: ['+91'] }, 'IN'],
    [{ prefixes: ['+9198', '+9197'] }, 'IN'],
    [{ prefixes: ['+91', '+977'] }, null],
    [{ prefixes: ['+1'] }, null],
    [{ prefixes: ['+1'], country: 'CA' as const }, 'CA'],
    [{ prefixes: ['+'] }, null],
  ])('of %j is %j', (trunk, expected) => {
    expect(trunkCountry(trunk)).toBe(expected);
  });

  it('is found by the way that a call took', () => {
    const trunks = [{ endpoint: 'PJSIP/{number}@carrier-a' }, { endpoint: 'PJSIP/{number}@carrier' }];
    expect(trunkOfEndpoint(trunks, 'carrier')).toBe(trunks[1]);
    expect(trunkOfEndpoint(trunks, 'nobody')).toBeNull();
  });
});
