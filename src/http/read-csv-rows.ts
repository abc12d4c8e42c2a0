import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { readCsvHeader } from '../domain/campaigns/csv-columns.ts';
import type { Fault } from '../workflows/use-cases.ts';
import { invalidRequest } from './problem.ts';
import type { UploadedRow } from './uploaded-row.ts';

/** A row that is longer is no row of ours, but a quote that was never closed. */
const longestRowBytes = 256 * 1024;

/** What a header says of the rows below it. */
export type ReadHeader = (
  header: readonly string[],
) =>
  | { result: 'columns'; requestOf: (cells: readonly string[]) => unknown }
  | { result: 'invalid'; faults: Fault[] };

interface ParsedRow {
  record: string[];
  info: { lines: number; empty_lines: number };
}

/**
 * The rows of a CSV as they come: UTF-8, with or without a byte order mark, quoted as in RFC 4180. A row is named by the line that it begins with.
 *
 * @throws Problem where the header is not usable: then no row was given
 */
export async function* readCsvRows(
  body: ReadableStream<Uint8Array>,
  readHeader: ReadHeader = readCsvHeader,
): AsyncGenerator<UploadedRow> {
  const source = Readable.fromWeb(body);
  const parser = source.compose(
    parse({
      bom: true,
      info: true,
      max_record_size: longestRowBytes,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  ) as AsyncIterable<ParsedRow>;
  let requestOf: ((cells: readonly string[]) => unknown) | null = null;
  let columns = 0;
  let line = 1;
  let emptyLines = 0;
  /** Line breaks within cells that the library counts as two. */
  let countedTwice = 0;
  try {
    for await (const { record, info } of parser) {
      // those that were passed over before it are counted
      const began = line + info.empty_lines - emptyLines;
      countedTwice += record.join(',').split('\r\n').length - 1;
      [line, emptyLines] = [info.lines + 1 - countedTwice, info.empty_lines];
      if (requestOf === null) {
        requestOf = columnsOf(readHeader(record));
        columns = record.length;
      } else yield rowOf(record, { line: began, columns, requestOf });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // what follows cannot be told apart from this row any more
    yield {
      line,
      faults: [{ pointer: '', detail: `cannot be read as CSV from here on: ${reasonOf(error)}` }],
    };
  }
  if (requestOf === null)
    throw invalidRequest([{ pointer: '', detail: 'has no header: the first row names the columns' }]);
}

function columnsOf(columns: ReturnType<ReadHeader>): (cells: readonly string[]) => unknown {
  if (columns.result === 'invalid') throw invalidRequest(columns.faults);
  return columns.requestOf;
}

function rowOf(
  cells: readonly string[],
  row: { line: number; columns: number; requestOf: (cells: readonly string[]) => unknown },
): UploadedRow {
  const { line, columns, requestOf } = row;
  if (cells.length !== columns)
    return {
      line,
      faults: [{ pointer: '', detail: `has ${cells.length} cells, but there are ${columns} columns` }],
    };
  if (cells.some((cell) => cell.includes('\uFFFD')))
    return { line, faults: [{ pointer: '', detail: 'is not valid UTF-8' }] };
  return { line, received: requestOf(cells) };
}

/** The library's words quote the row, and with it perhaps a number: only what kind of mistake it is is repeated. */
function reasonOf(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `a row has more than ${longestRowBytes} bytes; perhaps a quote is never closed`;
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a quote stands in the middle of a cell; write it twice, and the cell in quotes';
    default:
      return 'it is not of the form of RFC 4180';
  }
}
