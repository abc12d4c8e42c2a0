import type { Sheet } from '../../src/domain/flows/importers/workbook.ts';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';

/** A sheet's rows, the first with the headings; null is an empty cell. */
export type SheetRows = readonly (readonly (string | number | boolean | null)[])[];

/** The bytes of an .xlsx workbook, written by another program than the one that reads it. */
export async function workbookOf(sheets: Readonly<Record<string, SheetRows>>): Promise<Uint8Array> {
  const written = Object.entries(sheets).map(([sheet, rows]) => ({ sheet, data: cellsOf(rows) }));
  return writeXlsxFile(written).toBuffer();
}

function cellsOf(rows: SheetRows): SheetData {
  return rows.map((row) => row.map((cell) => cell));
}

/** The same as the reader of workbooks gives it, without a file. */
export function sheetsOf(sheets: Readonly<Record<string, SheetRows>>): Sheet[] {
  return Object.entries(sheets).map(([name, rows]) => ({
    name,
    rows: rows
      .map((row, index) => ({
        number: index + 1,
        cells: new Map(
          row.flatMap((cell, column): [number, string][] =>
            (cell ?? '') === '' ? [] : [[column, String(cell)]],
          ),
        ),
      }))
      .filter(({ cells }) => cells.size > 0),
  }));
}
