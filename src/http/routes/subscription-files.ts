import { z } from '@hono/zod-openapi';
import type { OptInId, OptOutId } from '../../domain/ids.ts';
import type {
  ImportedSubscriptions,
  ReadOptIn,
  ReadOptOut,
  SubscriptionUseCases,
} from '../../workflows/subscription-use-cases.ts';
import type { Principal } from '../../workflows/use-cases.ts';
import type { RouteTable } from '../route-table.ts';
import { importReportSchema } from '../import-report-schema.ts';
import { presentOptIn, presentOptOut } from '../subscription-schema.ts';
import { optInRowSchema, optOutRowSchema, readOptInRows, readOptOutRows } from '../subscription-rows.ts';
import { csvStream, type Cell } from '../../lib/write-csv.ts';

/** Opt-ins and opt-outs as CSV, out and in: the columns of an export that an import needs have the same names. */
export function addSubscriptionFileRoutes(table: RouteTable, useCases: SubscriptionUseCases): void {
  addExport(table, {
    ...{ path: '/v1/opt-outs.csv', operationId: 'exportOptOuts', summary: 'Export opt-outs' },
    ...{ name: 'opt-outs', columns: optOutColumns },
    rows: (principal) =>
      pages(
        (before: OptOutId | null) =>
          useCases.listOptOuts({ limit: pageRows, ...(before === null ? {} : { before }) }),
        ({ optOut }) => optOut.id,
        (each: ReadOptOut) => optOutRow(each, principal),
      ),
  });
  addExport(table, {
    ...{ path: '/v1/opt-ins.csv', operationId: 'exportOptIns', summary: 'Export opt-ins' },
    ...{ name: 'opt-ins', columns: optInColumns },
    rows: (principal) =>
      pages(
        (before: OptInId | null) =>
          useCases.listOptIns({ limit: pageRows, ...(before === null ? {} : { before }) }),
        ({ optIn }) => optIn.id,
        (each: ReadOptIn) => optInRow(each, principal),
      ),
  });
  addImport(table, {
    ...{ path: '/v1/opt-outs/import', operationId: 'importOptOuts', summary: 'Import opt-outs' },
    row: optOutRowSchema,
    columns: '`to`, `scope`, and perhaps `recorded_at`',
    run: (request) => useCases.importOptOuts(readOptOutRows(request)),
  });
  addImport(table, {
    ...{ path: '/v1/opt-ins/import', operationId: 'importOptIns', summary: 'Import opt-ins' },
    row: optInRowSchema,
    columns: '`to`, `list`, and perhaps `person` and `recorded_at`',
    run: (request) => useCases.importOptIns(readOptInRows(request)),
  });
}

const tag = 'Opt-ins and opt-outs';
const pageRows = 200;

function addExport(
  table: RouteTable,
  of: {
    path: string;
    operationId: string;
    summary: string;
    name: string;
    columns: readonly string[];
    rows: (principal: Principal) => AsyncIterable<Cell[]>;
  },
): void {
  const { path, operationId, summary } = of;
  table.add(
    {
      ...{ method: 'get', path, operationId, tag, summary, scope: 'calls:read' },
      description: 'Newest first. Numbers are in clear with `numbers:read`.',
      ...{ query: z.object({}), body: null, needsIdempotencyKey: false },
      replies: {
        200: { description: 'UTF-8 with a byte order mark.', schema: z.string(), contentType: 'text/csv' },
      },
    },
    ({ c, principal }) =>
      Promise.resolve(
        c.body(csvStream(of.columns, of.rows(principal)), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="${of.name}.csv"`,
        }),
      ),
  );
}

function addImport(
  table: RouteTable,
  of: {
    path: string;
    operationId: string;
    summary: string;
    columns: string;
    row: z.ZodType;
    run: (request: Request) => Promise<ImportedSubscriptions>;
  },
): void {
  const { path, operationId, summary } = of;
  table.add(
    {
      ...{ method: 'post', path, operationId, tag, summary, scope: 'calls:write' },
      description: `CSV in UTF-8 with the columns ${of.columns}; the other columns of an export are passed over. A bad row refuses no good one. Each row is reported as an event of its own.`,
      ...{ query: z.object({}), body: null, needsIdempotencyKey: false },
      uploads: {
        'text/csv': z.string(),
        'application/x-ndjson': z.string(),
        'application/json': z.array(of.row),
      },
      replies: { 200: { description: 'What became of the rows.', schema: importReportSchema } },
    },
    async ({ c }) => {
      const { accepted, alreadyThere, rejected, errors } = await of.run(c.req.raw);
      return c.json({ accepted, already_there: alreadyThere, rejected, errors }, 200);
    },
  );
}

async function* pages<Row, Id extends string>(
  page: (before: Id | null) => Promise<Row[]>,
  idOf: (row: Row) => Id,
  cells: (row: Row) => Cell[],
): AsyncGenerator<Cell[]> {
  let before: Id | null = null;
  for (;;) {
    const rows: Row[] = await page(before);
    for (const row of rows) yield cells(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    before = idOf(last);
  }
}

const optOutColumns = ['to', 'scope', 'recorded_at', 'source', 'call', 'missed_call', 'line', 'id'] as const;

function optOutRow(read: ReadOptOut, principal: Principal): Cell[] {
  const {
    from,
    scope,
    recorded_at: at,
    source,
    call,
    missed_call: missedCall,
    line,
    id,
  } = presentOptOut(read, principal);
  return [from, scope, at, source, call, missedCall, line, id];
}

const optInColumns = [
  ...['to', 'list', 'person', 'recorded_at', 'source', 'opted_out_at', 'line', 'missed_call'],
  ...['call', 'step', 'key', 'flow', 'language', 'id'],
] as const;

function optInRow(read: ReadOptIn, principal: Principal): Cell[] {
  const shown = presentOptIn(read, principal);
  const { proof } = shown;
  const flow = proof.flow === undefined ? null : `${proof.flow.id}@${proof.flow.version}`;
  return [
    ...[shown.from, shown.list, shown.person, shown.recorded_at, shown.source, shown.opted_out_at],
    ...[proof.line ?? null, proof.missed_call ?? null, proof.call ?? null, proof.step ?? null],
    ...[proof.key ?? null, flow, proof.language ?? null, shown.id],
  ];
}
