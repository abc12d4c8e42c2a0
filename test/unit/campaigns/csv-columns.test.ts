import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvHeader } from '../../../src/domain/campaigns/csv-columns.ts';

function request(header: string, row: string): unknown {
  const columns = readCsvHeader(header.split(','));
  if (columns.result === 'invalid') throw new Error(JSON.stringify(columns.faults));
  return columns.requestOf(row.split(','));
}

describe('the columns of a campaign’s CSV', () => {
  it.each<[string, string, unknown]>([
    ['to,reference', '+919876543210,r1', { to: '+919876543210', reference: 'r1' }],
    ['reference, to ', 'r1,+919876543210', { to: '+919876543210', reference: 'r1' }],
    ['to,reference,variables.name', '+91 , r1,  ', { to: '+91', reference: 'r1' }],
    ['to,reference,language', '+91,r1,', { to: '+91', reference: 'r1' }],
    [
      'to,reference,variables.name,responses.q1,metadata.district,not_before,not_after',
      '+91,r1,Asha,b,Pune,2026-01-31T09:00:00Z,2026-02-01T09:00:00Z',
      {
        to: '+91',
        reference: 'r1',
        variables: { name: 'Asha' },
        responses: { q1: 'b' },
        metadata: { district: 'Pune' },
        not_before: '2026-01-31T09:00:00Z',
        not_after: '2026-02-01T09:00:00Z',
      },
    ],
    [
      'to,reference,people.2.id,people.2.name,people.1.id,people.1.name',
      '+91,r1,p2,Ravi,p1,Asha',
      {
        to: '+91',
        reference: 'r1',
        people: [
          { id: 'p1', name: 'Asha' },
          { id: 'p2', name: 'Ravi' },
        ],
      },
    ],
    [
      'to,reference,people.1.id,people.3.id',
      '+91,r1,,p3',
      { to: '+91', reference: 'r1', people: [{ id: 'p3' }] },
    ],
    ['to,reference,variables.a.b', '+91,r1,x', { to: '+91', reference: 'r1', variables: { 'a.b': 'x' } }],
  ])('%s', (header, row, expected) => {
    expect(request(header, row)).toEqual(expected);
  });

  it.each<[string, object[]]>([
    ['reference', [{ pointer: '', detail: 'the column «to» is missing' }]],
    ['to', [{ pointer: '', detail: 'the column «reference» is missing' }]],
    [
      'to,reference,Name',
      [{ pointer: '/2', detail: expect.stringContaining('«Name» is not a known column') as string }],
    ],
    [
      'to,reference,variables.',
      [{ pointer: '/2', detail: expect.stringContaining('not a known column') as string }],
    ],
    [
      'to,reference,people.0.id',
      [{ pointer: '/2', detail: expect.stringContaining('not a known column') as string }],
    ],
    ['to,reference,to', [{ pointer: '/2', detail: '«to» is there twice' }]],
    [
      'flow,to,reference',
      [{ pointer: '/0', detail: expect.stringContaining('not a known column') as string }],
    ],
  ])('refused: %s', (header, faults) => {
    expect(readCsvHeader(header.split(','))).toMatchObject({ result: 'invalid', faults });
  });

  it('never reach into a prototype, whatever they are called', () => {
    const made = request('to,reference,variables.__proto__,metadata.constructor', '+91,r1,x,y') as {
      variables: object;
    };
    expect(Object.getPrototypeOf(made.variables)).toBe(Object.prototype);
    expect(Object.keys(made.variables)).toEqual(['__proto__']);
  });

  it('never throw, whatever the header', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (header, cells) => {
        const columns = readCsvHeader(header);
        if (columns.result === 'columns') columns.requestOf(cells);
        else expect(columns.faults.length).toBeGreaterThan(0);
      }),
    );
  });
});
