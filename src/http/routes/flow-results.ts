import { z } from '@hono/zod-openapi';
import { resultRowId } from '../../domain/flows/flow-results.ts';
import type { ResultsPage } from '../../workflows/read-flow-results.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { parseFlowName } from '../flow-schema.ts';
import { resultsPackageSchema, resultsPageSchema } from '../flow-results-schema.ts';
import { notFound } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';

type ResultUseCases = Pick<UseCases, 'readResultsPackage' | 'readResultsPage'>;

export function addFlowResultsRoutes(table: RouteTable, useCases: ResultUseCases): void {
  addPackage(table, useCases);
  addResponses(table, useCases);
}

const jsonApi = 'application/vnd.api+json';
const ofOneFlow = {
  tag: 'Flows',
  method: 'get',
  pathParameters: { id: '`teacher-quiz` for all versions together, `teacher-quiz@3` for one.' },
  body: null,
  needsIdempotencyKey: false,
  problems: ['not_found'],
} as const;

function addPackage(table: RouteTable, useCases: ResultUseCases): void {
  table.add(
    {
      ...ofOneFlow,
      path: '/v1/flows/{id}/flow-results/package',
      operationId: 'readFlowResultsPackage',
      summary: "Describe a flow's results as a FLOIP Flow Results package",
      scope: 'flows:read',
      query: z.object({}),
      replies: {
        200: { description: 'The descriptor.', schema: resultsPackageSchema, contentType: jsonApi },
      },
    },
    async ({ c }) => {
      const flow = parseFlowName(c.req.param('id') ?? '');
      const found = flow === null ? null : await useCases.readResultsPackage(flow);
      if (found === null) throw notFound('flow');
      const path = c.req.path;
      const related = found.resources[0]?.api_data_url ?? '';
      return c.json(
        {
          links: { self: path },
          data: {
            type: 'packages' as const,
            id: found.id,
            attributes: found,
            relationships: { responses: { links: { related } } },
          },
        },
        200,
        { 'Content-Type': jsonApi },
      );
    },
  );
}

const largestPage = 1_000;
const instantText = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const pageQuery = z.object({
  'page[size]': z
    .string()
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= largestPage, {
      error: `must be a whole number from 1 to ${largestPage}`,
    })
    .transform(Number)
    .default(100)
    .openapi({ type: 'integer', minimum: 1, maximum: largestPage, default: 100 }),
  'page[afterCursor]': z
    .string()
    .refine((text) => placeOf(text) !== null, { error: 'must be the row_id of a response' })
    .optional()
    .openapi({ type: 'string', description: 'The row_id that the page before ended with.' }),
  'filter[start-timestamp]': instantText
    .optional()
    .openapi({ type: 'string', format: 'date-time', description: 'Given after this instant.' }),
  'filter[end-timestamp]': instantText
    .optional()
    .openapi({ type: 'string', format: 'date-time', description: 'Given up to this instant.' }),
});

function addResponses(table: RouteTable, useCases: ResultUseCases): void {
  table.add(
    {
      ...ofOneFlow,
      path: '/v1/flows/{id}/flow-results/responses',
      operationId: 'readFlowResults',
      summary: "Read a flow's responses in the shape of FLOIP Flow Results",
      description:
        'Rows of timestamp, row, contact, session (the call), question, response and metadata, in the order in which the calls were made. A contact is a code, never the number.',
      scope: 'calls:read',
      query: pageQuery,
      replies: { 200: { description: 'A page.', schema: resultsPageSchema, contentType: jsonApi } },
    },
    async ({ c, query }) => {
      const flow = parseFlowName(c.req.param('id') ?? '');
      const limit = query['page[size]'];
      const page =
        flow === null
          ? null
          : await useCases.readResultsPage({
              ...flow,
              after: placeOf(query['page[afterCursor]'] ?? ''),
              since: query['filter[start-timestamp]'] ?? null,
              until: query['filter[end-timestamp]'] ?? null,
              limit: limit + 1,
            });
      if (page === null) throw notFound('flow');
      return c.json(presentPage(page, { limit, url: c.req.url }), 200, { 'Content-Type': jsonApi });
    },
  );
}

function presentPage(
  { packageId, rows, places }: ResultsPage,
  { limit, url }: { limit: number; url: string },
): z.input<typeof resultsPageSchema> {
  const { pathname, search } = new URL(url);
  const last = places[limit - 1];
  const next = rows.length > limit && last !== undefined ? nextOf(url, resultRowId(last)) : null;
  return {
    data: {
      type: 'responses',
      id: packageId,
      attributes: { responses: rows.slice(0, limit) },
      relationships: {
        descriptor: { links: { self: pathname.replace(/responses$/, 'package') } },
        links: { self: `${pathname}${search}`, next, previous: null },
      },
    },
  };
}

function nextOf(url: string, rowId: string): string {
  const next = new URL(url);
  next.searchParams.set('page[afterCursor]', rowId);
  return `${next.pathname}${next.search}`;
}

/** A row's id as its place: `call_…/question`, and `/person` on a shared phone. */
function placeOf(rowId: string): { callId: string; question: string; sharedBy: string } | null {
  const match = /^(call_[0-9a-z]{26})\/([a-z][a-z0-9_-]{0,63})(?:\/([^\u0000-\u001f]{1,200}))?$/.exec(rowId);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { callId: match[1], question: match[2], sharedBy: match[3] ?? '' };
}
