import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parametersOf, rowsOfParameters } from '../../../src/db/row-columns.ts';
import { textArray } from '../../../src/db/text-array.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

async function ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
  return (await test.database.hot.query<Row>(text, values)).rows;
}

/** What PostgreSQL can keep as text: everything but NUL and halves of characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\0', '')),
  fc.constantFrom('', 'NULL', '{}', '"', '\\', 'आशा', '🙂', '"a","b"'),
);

describe('an array of texts', () => {
  it('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (texts) => {
        const [row] = await ask<{ read: unknown }>('select array_to_json($1::text[]) as read', [
          textArray(texts),
        ]);
        expect(row?.read).toEqual(texts);
      }),
    );
  });
});

describe('rows as columns', () => {
  const types = { id: 'text', note: 'text', count: 'int', at: 'timestamptz', more: 'jsonb' } as const;
  const row = fc.record({
    note: fc.option(text),
    count: fc.option(fc.constantFrom(0, 1, -7)),
    at: fc.option(fc.constantFrom('2026-11-21T15:21:16.145Z', '1999-01-01T00:00:00.000Z')),
    more: fc.option(fc.record({ name: text, list: fc.array(fc.nat()) })),
  });

  it('are the same rows again, whatever they have in common', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.boolean(), async (made, areAlike) => {
        const rows = made.map((each, index) => ({ id: `r${index}`, ...(areAlike ? made[0]! : each) }));
        const query = `select id, note, count, at, more from (${rowsOfParameters(types, 1)}) as r`;
        const read = await ask<{ at: number | null }>(query, parametersOf(types, rows));
        expect(read).toEqual(rows.map((each) => ({ ...each, at: each.at && Date.parse(each.at) })));
      }),
    );
  });

  it('send what all have in common once', () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({
      ...{ id: `r${index}`, note: 'a long note that is the same for all', count: 1, at: null, more: {} },
    }));
    const bytes = parametersOf(types, rows).reduce((sum, each) => sum + each.length, 0);
    expect(bytes).toBeLessThan(100 * 7 + 300);
  });
});
