import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCaller, type Caller } from '../../../src/domain/lines/caller.ts';

const at = { country: 'IN', ownNumbers: new Set(['+911412345678']) } as const;
const person = (number: string) => ({ kind: 'person', number });

describe('whoever calls', () => {
  it.each<[string, unknown]>([
    ['+919876543210', person('+919876543210')],
    ['919876543210', person('+919876543210')],
    ['00919876543210', person('+919876543210')],
    ['09876543210', person('+919876543210')],
    ['9876543210', person('+919876543210')],
    ['+14155552671', person('+14155552671')],
    ['14155552671', person('+14155552671')],
    ['', { kind: 'withheld' }],
    ['anonymous', { kind: 'withheld' }],
    ['Restricted', { kind: 'withheld' }],
    ['unavailable', { kind: 'withheld' }],
    ['+911412345678', { kind: 'own_number' }],
    ['01412345678', { kind: 'own_number' }],
    ['1412345678', { kind: 'own_number' }],
    ['12', { kind: 'unreadable' }],
    ['+999999999999', { kind: 'unreadable' }],
    ['98765432100000', { kind: 'unreadable' }],
    ['9876543210;DROP TABLE', { kind: 'unreadable' }],
    ['${SHELL(reboot)}', { kind: 'unreadable' }],
    ['9876543210\r\nX: y', { kind: 'unreadable' }],
    ['९८७६५४३२१०', { kind: 'unreadable' }],
    ['9'.repeat(1000), { kind: 'unreadable' }],
    ['1800123456', { kind: 'not_callable' }],
    ['+911800123456', { kind: 'not_callable' }],
  ])('who is shown as %j is %j', (number, expected) => {
    expect(readCaller({ number, withheld: false }, at)).toEqual(expected);
  });

  it('is withheld who asked for it, whatever the network shows', () => {
    expect(readCaller({ number: '+919876543210', withheld: true }, at)).toEqual({ kind: 'withheld' });
  });

  it('is read in no country but the one that the number names where the trunk has none', () => {
    const nowhere = { ...at, country: null };
    expect(readCaller({ number: '09876543210', withheld: false }, nowhere)).toEqual({ kind: 'unreadable' });
    expect(readCaller({ number: '+919876543210', withheld: false }, nowhere).kind).toBe('person');
  });

  it('is never taken for a person by a text that is no number', () => {
    const kinds = new Set<Caller['kind']>(['withheld', 'unreadable']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (number) => {
        fc.pre(!/^\+?\d+$/.test(number.trim()));
        expect(kinds.has(readCaller({ number, withheld: false }, at).kind)).toBe(true);
      }),
    );
  });
});
