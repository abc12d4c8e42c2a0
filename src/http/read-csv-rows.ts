import { Readable } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import { readCsvHeader } from '../domain/campaigns/csv-columns.ts';
import type { Fault } from '../domain/fault.ts';
import { readSeparator } from './csv-separator.ts';
import { unguardCell } from '../lib/guarded-cell.ts';
import { invalidRequest } from './problem.ts';
import { areQuotesClosed } from './quoted-cells.ts';
import type { UploadedRow } from './uploaded-row.ts';
import { watchUtf8 } from './watch-utf8.ts';

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
  raw: string;
  info: { lines: number; empty_lines: number };
}

/**
 * The rows of a CSV as they come: UTF-8, with or without a byte order mark, quoted as in RFC 4180; a quote within a cell that is not quoted stands
 * for itself, and a cell that an export of ours has guarded is given as it was before. A row is named by the line that it begins with.
 *
 * @throws Problem where the header is not usable: then no row was given
 */
export async function* readCsvRows(
  body: ReadableStream<Uint8Array>,
  readHeader: ReadHeader = readCsvHeader,
): AsyncGenerator<UploadedRow> {
  const { separator, chunks } = await readSeparator(body);
  const watched = watchUtf8(chunks);
  const broken: CsvError[] = [];
  const parser = Readable.from(untilBroken(watched.chunks, broken), { objectMode: false }).compose(
    parse({
      bom: true,
      delimiter: separator,
      info: true,
      max_record_size: longestRowBytes,
      // tells a cell that begins with a quote from a quote that was never closed; costs a twentieth of what reading does (measured)
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // thrown, the error would take the rows with it that were read and not fetched yet
      skip_records_with_error: true,
      on_skip: (error) => {
        if (error !== undefined) broken.push(error);
      },
    }),
  ) as AsyncIterable<ParsedRow>;
  let requestOf: ((cells: readonly string[]) => unknown) | null = null;
  let columns = 0;
  let line = 1;
  let emptyLines = 0;
  /** Line breaks within cells that the library counts as two. */
  let countedTwice = 0;
  for await (const { record, raw, info } of parser) {
    // those that were passed over before it are counted
    const began = line + info.empty_lines - emptyLines;
    countedTwice += record.join(',').split('\r\n').length - 1;
    [line, emptyLines] = [info.lines + 1 - countedTwice, info.empty_lines];
    if (requestOf === null) {
      requestOf = columnsOf(readHeader(record));
      columns = record.length;
    } else {
      const isClosed = areQuotesClosed(record, raw, separator);
      const row = { line: began, until: line - 1, columns, requestOf, isClosed, isUtf8: watched.isValid };
      yield rowOf(record, row);
    }
  }
  if (broken[0] !== undefined)
    // what follows cannot be told apart from this row any more
    yield {
      line,
      faults: [{ pointer: '', detail: `cannot be read as CSV from here on: ${reasonOf(broken[0])}` }],
    };
  else if (requestOf === null)
    throw invalidRequest([{ pointer: '', detail: 'has no header: the first row names the columns' }]);
}

/** What comes after a row that cannot be read is not read either. */
async function* untilBroken(
  chunks: AsyncIterable<Uint8Array>,
  broken: readonly CsvError[],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    if (broken.length > 0) return;
  }
}

function columnsOf(columns: ReturnType<ReadHeader>): (cells: readonly string[]) => unknown {
  if (columns.result === 'invalid') throw invalidRequest(columns.faults);
  return columns.requestOf;
}

function rowOf(
  cells: readonly string[],
  row: {
    line: number;
    until: number;
    columns: number;
    requestOf: (cells: readonly string[]) => unknown;
    isClosed: boolean;
    isUtf8: boolean;
  },
): UploadedRow {
  const { line, columns, requestOf, isUtf8 } = row;
  if (!row.isClosed)
    return {
      line,
      faults: [
        {
          pointer: '',
          detail: `opens a quote that it does not close: nothing is read down to line ${row.until}`,
        },
      ],
    };
  if (cells.length !== columns)
    return {
      line,
      faults: [{ pointer: '', detail: `has ${cells.length} cells, but there are ${columns} columns` }],
    };
  if (!isUtf8 && cells.some((cell) => cell.includes('\uFFFD')))
    return {
      line,
      faults: [
        {
          pointer: '',
          detail: 'is not valid UTF-8: a spreadsheet writes it when told to save as «CSV UTF-8»',
        },
      ],
    };
  return { line, received: requestOf(cells.map(unguardCell)) };
}

/** The library's words quote the row, and with it perhaps a number: only what kind of mistake it is is repeated. */
function reasonOf(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `a row has more than ${longestRowBytes} bytes; perhaps a quote is never closed`;
    default:
      return 'it is not of the form of RFC 4180';
  }
}
