import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCsvRows } from '../../../src/http/read-csv-rows.ts';
import { unguardCell } from '../../../src/lib/guarded-cell.ts';
import type { UploadedRow } from '../../../src/http/uploaded-row.ts';
import { csvStream } from '../../../src/lib/write-csv.ts';

const header = ['to', 'reference', 'variables.name'];

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function read(body: ReadableStream<Uint8Array>): Promise<UploadedRow[]> {
  const rows: UploadedRow[] = [];
  for await (const row of readCsvRows(body)) rows.push(row);
  return rows;
}

const risky = fc.string({
  unit: fc.constantFrom("'", '=', '+', '-', '@', '＝', ' ', '\t', '"', ',', '\n', 'a', 'आ', '9'),
});
const text = fc.oneof(risky, fc.string({ unit: 'binary' })).filter((each) => each.isWellFormed());
/** The reader refuses, and says so, what is no text at all. */
const readable = text.filter((each) => !each.includes('\uFFFD'));

it('what an export wrote is uploaded again as it was, but for the spaces around a cell, which are nobody’s', async () => {
  const people = fc.array(fc.tuple(readable, readable, readable), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(people, async (written) => {
      const rows = await read(csvStream(header, each(written)));
      const received = rows.map((row) => ('received' in row ? row.received : row.faults));
      expect(received).toEqual(written.map((cells) => requestOf(cells.map((cell) => cell.trim()))));
    }),
    { numRuns: 300 },
  );
});

/** An empty cell is a field left out. */
function requestOf([to = '', reference = '', name = '']: string[]): object {
  return {
    ...(to === '' ? {} : { to }),
    ...(reference === '' ? {} : { reference }),
    ...(name === '' ? {} : { variables: { name } }),
  };
}

it.each([
  ["'=1+1", '=1+1'],
  ["'+919876543210", '+919876543210'],
  ["''=1+1", "'=1+1"],
  ["'' =1", "' =1"],
  ["'tis said", "'tis said"],
  ['  by hand ', 'by hand'],
])('a cell %j is the text %j', async (cell, name) => {
  const body = new Blob([`to,reference,variables.name\n1,r,"${cell}"\n`]).stream();
  expect(await read(body)).toEqual([{ line: 2, received: { to: '1', reference: 'r', variables: { name } } }]);
});

const separators = [',', ';', '\t'];
const files = separators.flatMap((separator) => ['\n', '\r\n'].map((ending) => ({ separator, ending })));

it.each(files)('cells written by RFC 4180 come back as they were: %j', async ({ separator, ending }) => {
  const cell = fc.record({ text: readable, isQuoted: fc.boolean() });
  const mustBeQuoted = (each: string): boolean => /["\r\n]/.test(each) || each.includes(separator);
  const written = (each: { text: string; isQuoted: boolean }): string =>
    each.isQuoted || mustBeQuoted(each.text) ? `"${each.text.replaceAll('"', '""')}"` : each.text;
  const asTheyAre = () => ({ result: 'columns' as const, requestOf: (cells: readonly string[]) => cells });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), async (people) => {
      const lines = [header, ...people.map((cells) => cells.map(written))];
      const file = new Blob(lines.map((cells) => cells.join(separator) + ending));
      const received: unknown[] = [];
      for await (const row of readCsvRows(file.stream(), asTheyAre))
        received.push('received' in row ? row.received : row.faults);
      expect(received).toEqual(people.map((cells) => cells.map((each) => unguardCell(each.text))));
    }),
    { numRuns: 200 },
  );
});

it.each([
  ['by itself', '1,r1,"Asha\n2,r2,"Ravi"\n'],
  ['before a quote of the cell itself', '1,r1,"""Asha\n2,r2,"Ravi"\n'],
  ['beside a cell that is quoted as it should be', '1,"""r\n1""","Asha\n2,r2,"Ravi"\n'],
])('rows that an open quote has swallowed are named: %s', async (_where, rows) => {
  const [row] = await read(new Blob([`${header.join(',')}\n${rows}`]).stream());
  expect(row).toMatchObject({
    line: 2,
    faults: [{ detail: expect.stringMatching(/opens a quote/) as string }],
  });
});
