import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PersonHash } from '../../../src/domain/calls/call.ts';
import type {
  ReadOptIn,
  ReadOptOut,
  SubscriptionRow,
} from '../../../src/workflows/subscription-use-cases.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { ask, fakeGateway, keyWith, type FakeGateway } from './fake-gateway.ts';

const person = 'p' as PersonHash;
type Row = Extract<SubscriptionRow, { to: string }>;

/** A gateway that has these on record, newest first as any, and keeps what is imported. */
function gatewayWith(kept: { optIns?: ReadOptIn[]; optOuts?: ReadOptOut[] }) {
  const imported: SubscriptionRow[] = [];
  const after = <Each>(
    all: Each[],
    idOf: (each: Each) => string,
    page: { before?: string; limit: number },
  ): Each[] => {
    const from = page.before === undefined ? 0 : all.findIndex((each) => idOf(each) === page.before) + 1;
    return all.slice(from, from + page.limit);
  };
  const take = async (rows: AsyncIterable<SubscriptionRow>) => {
    for await (const row of rows) imported.push(row);
    return { accepted: imported.length, alreadyThere: 0, rejected: 0, errors: [] };
  };
  const gateway = fakeGateway({
    listOptIns: (page) => Promise.resolve(after(kept.optIns ?? [], ({ optIn }) => optIn.id, page)),
    listOptOuts: (page) => Promise.resolve(after(kept.optOuts ?? [], ({ optOut }) => optOut.id, page)),
    importOptIns: take,
    importOptOuts: take,
  });
  return { gateway, imported };
}

async function exported(gateway: FakeGateway, path: string): Promise<string> {
  const response = await ask(gateway, `GET ${path}`, { key: keyWith('calls:read', 'numbers:read') });
  expect(response.status).toBe(200);
  // as text() would, but with its byte order mark
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
}

async function roundTrip(of: ReturnType<typeof gatewayWith>, name: 'opt-ins' | 'opt-outs'): Promise<Row[]> {
  const file = await exported(of.gateway, `/v1/${name}.csv`);
  const headers = { 'Content-Type': 'text/csv' };
  const reply = await ask(of.gateway, `POST /v1/${name}/import`, { body: file, headers });
  expect(reply.status).toBe(200);
  expect(of.imported.filter((row) => 'faults' in row)).toEqual([]);
  return of.imported as Row[];
}

/** What no API refuses as a name: no control characters, no lone surrogates. U+FFFD is one, as long as it is the sender's own. */
const isPlain = (text: string): boolean => !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.length > 0;
const nasty = [
  '=1+1',
  '+91',
  '-1',
  '@sum',
  "'",
  "''=x",
  '"',
  '","',
  ',',
  ';',
  ' ',
  '\u00a0',
  '\ufeff',
  '＝1',
  'स्कूल',
  '|cmd',
  '\u202e',
  '{{x}}',
  '\ufffd',
];
const name = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
      fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    )
    .filter((text) => isPlain(text) && text.length <= maxLength);
const number = fc.integer({ min: 0, max: 9_999_999 }).map((tail) => `+9198${String(tail).padStart(8, '0')}`);
const at = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });

describe('what is exported can be imported', () => {
  it('opt-ins, whatever their lists and people are named', async () => {
    const optIn = fc.record({ number, list: name(100), member: fc.option(name(64)), at });
    await fc.assert(
      fc.asyncProperty(fc.array(optIn, { maxLength: 8 }), async (given) => {
        const optIns = given.map(({ number: clear, ...rest }): ReadOptIn => {
          const base = { id: sampleIds.newId('opi'), person, proof: { source: 'import' } as const };
          return { number: clear, optedOutAt: null, optIn: { ...base, ...rest } };
        });
        const rows = await roundTrip(gatewayWith({ optIns }), 'opt-ins');
        expect(rows).toEqual(
          given.map(({ number: to, list: scopeOrList, member, at: when }, index) => ({
            ...{ line: index + 2, to, scopeOrList, member, at: when },
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('opt-outs, page by page, with every scope', async () => {
    const scope = fc.oneof(
      fc.constant('all'),
      name(100).map((list) => `list:${list}`),
    );
    const many = fc.array(fc.record({ number, scope, at }), { minLength: 190, maxLength: 210 });
    await fc.assert(
      fc.asyncProperty(many, async (given) => {
        const optOuts = given.map(({ number: clear, ...rest }): ReadOptOut => {
          const base = { id: sampleIds.newId('opo'), person, source: 'api' as const };
          return {
            number: clear,
            optOut: { ...base, ...rest, callId: null, missedCallId: null, line: null },
          };
        });
        const rows = await roundTrip(gatewayWith({ optOuts }), 'opt-outs');
        expect(rows.map(({ to, scopeOrList, at: when }) => ({ to, scopeOrList, when }))).toEqual(
          given.map(({ number: to, scope: scopeOrList, at: when }) => ({ to, scopeOrList, when })),
        );
      }),
      { numRuns: 10 },
    );
  });
});

describe('a spreadsheet', () => {
  it.each(['=cmd|calc', '+1', '-1', '@SUM(A1)', '＝1+1', '＋1', '－1', '＠x', "'=1"])(
    'takes %s for text',
    async (list) => {
      const optIn = {
        id: sampleIds.newId('opi'),
        person,
        member: list,
        list,
        at: 0,
        proof: { source: 'import' } as const,
      };
      const { gateway } = gatewayWith({ optIns: [{ number: '+919876543210', optedOutAt: null, optIn }] });
      const [, row = ''] = (await exported(gateway, '/v1/opt-ins.csv')).split('\r\n');
      expect(row).toMatch(/^'\+919876543210,/);
      expect(row.split(',').slice(1, 3)).toEqual([`'${list}`, `'${list}`]);
    },
  );
});

describe('a bad row', () => {
  it('is told by the line that it begins with, past empty lines and line breaks in cells', async () => {
    const { gateway, imported } = gatewayWith({});
    const lines = [
      'to,list,recorded_at',
      '',
      '+919876543210, school-updates ,',
      '+919876543211,"a',
      'b",',
      '',
      '',
      '+919876543212,,',
      '+919876543213,weather,yesterday',
    ].join('\r\n');
    const reply = await ask(gateway, 'POST /v1/opt-ins/import', {
      body: lines,
      headers: { 'Content-Type': 'text/csv' },
    });
    expect(reply.status).toBe(200);
    expect(imported).toMatchObject([
      { line: 3, scopeOrList: 'school-updates' },
      { line: 4, faults: [{ pointer: '/list' }] },
      { line: 8, faults: [{ pointer: '/list' }] },
      { line: 9, faults: [{ pointer: '/recorded_at' }] },
    ]);
  });
});
