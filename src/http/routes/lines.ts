import { z } from '@hono/zod-openapi';
import { lineRequestSchema } from '../../domain/lines/line-request.ts';
import { isLineNumber, type LineNumber } from '../../domain/lines/line.ts';
import type { LineUseCases } from '../../workflows/line-use-cases.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { lineSchema, presentLine } from '../line-schema.ts';
import { listSchema } from '../list-schema.ts';
import { invalidRequest, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

/** The numbers of ours that people call, and what becomes of their calls. */
export function addLineRoutes(table: RouteTable, useCases: LineUseCases): void {
  addPut(table, useCases);
  addList(table, useCases);
  addRead(table, useCases);
  addDelete(table, useCases);
}

const ofOneLine = {
  tag: 'Lines',
  path: '/v1/lines/{number}',
  pathParameters: { number: 'The number that people call, in E.164: `+911412345678`.' },
  scope: 'lines:write',
  query: z.object({}),
  needsIdempotencyKey: false,
} as const;

function addPut(table: RouteTable, useCases: LineUseCases): void {
  table.add(
    {
      ...ofOneLine,
      method: 'put',
      operationId: 'putLine',
      summary: 'Say what becomes of calls to a number',
      description:
        'In place of what was said before. With `missed_call` they ring once and are refused before they are answered: they cost the caller nothing. With `answer` a flow runs. Calls to a number that is no line are refused at once.',
      body: { schema: lineRequestSchema, presence: 'required' },
      replies: {
        200: { description: 'The line was changed.', schema: lineSchema },
        201: {
          description: 'The line is new.',
          schema: lineSchema,
          headers: { Location: 'Where the line can be read.' },
        },
      },
    },
    async ({ c, body }) => {
      const number = c.req.param('number') ?? '';
      if (!isLineNumber(number))
        throw invalidRequest([
          { parameter: 'number', detail: 'must be a number in E.164, such as +911412345678' },
        ]);
      const put = await useCases.putLine({ number, request: body });
      if (put.result === 'invalid') throw invalidRequest(put.faults);
      return put.result === 'created'
        ? c.json(presentLine(put.line), 201, { Location: `/v1/lines/${number}` })
        : c.json(presentLine(put.line), 200);
    },
  );
}

const listQuery = z.object({ limit: limitParameter, cursor: cursorParameter(isLineNumber) });

function addList(table: RouteTable, useCases: LineUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/lines',
      operationId: 'listLines',
      tag: 'Lines',
      summary: 'List lines',
      scope: 'lines:write',
      query: listQuery,
      body: null,
      needsIdempotencyKey: false,
      replies: { 200: { description: 'A page of lines.', schema: listSchema(lineSchema, 'by number') } },
    },
    async ({ c, query }) => {
      const found = await useCases.listLines({ after: query.cursor ?? null, limit: query.limit + 1 });
      const page = pageOf(found, { limit: query.limit, idOf: (line) => line.number });
      return c.json({ ...page, data: page.data.map(presentLine) });
    },
  );
}

function addRead(table: RouteTable, useCases: LineUseCases): void {
  table.add(
    {
      ...ofOneLine,
      method: 'get',
      operationId: 'readLine',
      summary: 'Read a line',
      body: null,
      replies: { 200: { description: 'The line.', schema: lineSchema } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      const line = await useCases.readLine(lineIn(c.req.param('number')));
      if (line === null) throw noLine();
      return c.json(presentLine(line));
    },
  );
}

function addDelete(table: RouteTable, useCases: LineUseCases): void {
  table.add(
    {
      ...ofOneLine,
      method: 'delete',
      operationId: 'deleteLine',
      summary: 'Delete a line',
      description: 'Calls to it are refused at once. Its missed calls and opt-ins stay on record.',
      body: null,
      replies: { 204: { description: 'It is gone.' } },
      problems: ['not_found'],
    },
    async ({ c }) => {
      if ((await useCases.deleteLine(lineIn(c.req.param('number')))) === 'not_found') throw noLine();
      return c.body(null, 204);
    },
  );
}

function lineIn(text: string | undefined): LineNumber {
  if (text !== undefined && isLineNumber(text)) return text;
  throw noLine();
}

function noLine(): Problem {
  return new Problem('not_found', 'No line has this number.');
}
