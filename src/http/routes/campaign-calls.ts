import { z } from '@hono/zod-openapi';
import { callRequestSchema } from '../../domain/calls/call-request.ts';
import type { CampaignUseCases, ImportRow, ReportGroup } from '../../workflows/campaign-use-cases.ts';
import { writeCallsCsv, writeUnreachedCsv } from '../../workflows/write-campaign-file.ts';
import { campaignReportSchema } from '../campaign-schema.ts';
import { importReportSchema } from '../import-report-schema.ts';
import { pathId } from '../path-id.ts';
import { campaignOver, notFound } from '../problem.ts';
import { readRows } from '../read-rows.ts';
import type { RouteTable } from '../route-table.ts';
import { requestOfRow } from '../uploaded-row.ts';

/** What adds calls to a campaign, and what tells of them. */
export function addCampaignCallRoutes(table: RouteTable, useCases: CampaignUseCases): void {
  addImportCalls(table, useCases);
  addReadReport(table, useCases);
  addCallsCsv(table, useCases);
  addUnreachedCsv(table, useCases);
}

const ofOneCampaign = {
  tag: 'Campaigns',
  pathParameters: { id: 'The id of the campaign.' },
  needsIdempotencyKey: false,
} as const;

function addImportCalls(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'post',
      path: '/v1/campaigns/{id}/calls',
      operationId: 'importCalls',
      summary: 'Add calls to a campaign',
      description:
        'Each row needs a `reference`, which is added once only: an upload that broke can be sent again. A bad row refuses no good one. CSV is UTF-8, its cells separated by commas, semicolons or tabs, with the columns `to`, `language`, `reference`, `variables.<name>`, `responses.<question>`, `metadata.<key>`, `people.<n>.id`, `people.<n>.name`, `not_before` and `not_after`.',
      scope: 'calls:write',
      query: z.object({}),
      body: null,
      uploads: {
        'text/csv': z.string(),
        'application/x-ndjson': z.string(),
        'application/json': z.array(callRequestSchema),
      },
      replies: { 202: { description: 'What became of the rows.', schema: importReportSchema } },
      problems: ['not_found', 'campaign_over'],
    },
    async ({ c }) => {
      const campaign = pathId('cmp', c.req.param('id'));
      const imported = await useCases.importCalls({ campaign, rows: rowsOf(c.req.raw) });
      switch (imported.result) {
        case 'imported': {
          const { accepted, alreadyThere, rejected, errors } = imported.report;
          return c.json({ accepted, already_there: alreadyThere, rejected, errors }, 202);
        }
        case 'campaign_over':
          throw campaignOver();
        case 'not_found':
          throw notFound('campaign');
      }
    },
  );
}

async function* rowsOf(request: Request): AsyncGenerator<ImportRow> {
  for await (const row of readRows(request)) yield requestOfRow(row);
}

const reportQuery = z.object({
  by: z
    .string()
    .refine((text) => text === 'language' || /^metadata\..{1,64}$/.test(text), {
      error: 'must be language, or metadata. and a key',
    })
    .optional()
    .openapi({ description: 'Breaks all of it down: `language`, or `metadata.district` for example.' }),
});

function addReadReport(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'get',
      path: '/v1/campaigns/{id}/report',
      operationId: 'readCampaignReport',
      summary: 'Read what a campaign came to',
      scope: 'calls:read',
      query: reportQuery,
      body: null,
      replies: { 200: { description: 'The report, as of now.', schema: campaignReportSchema } },
      problems: ['not_found'],
    },
    async ({ c, query }) => {
      const id = pathId('cmp', c.req.param('id'));
      const report = await useCases.readCampaignReport({ id, by: groupOf(query.by) });
      if (report === null) throw notFound('campaign');
      return c.json(report);
    },
  );
}

function groupOf(by: string | undefined): ReportGroup {
  if (by === undefined) return null;
  return by === 'language' ? by : { metadata: by.slice('metadata.'.length) };
}

function addCallsCsv(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'get',
      path: '/v1/campaigns/{id}/calls.csv',
      operationId: 'exportCalls',
      summary: 'Export the log sheet of a campaign',
      description: 'One row a call, with a code of the person instead of the number.',
      scope: 'calls:read',
      query: z.object({}),
      body: null,
      replies: {
        200: { description: 'UTF-8 with a byte order mark.', schema: z.string(), contentType: 'text/csv' },
      },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const id = pathId('cmp', c.req.param('id'));
      const file = await writeCallsCsv(useCases, { id, principal });
      if (file === null) throw notFound('campaign');
      return c.body(file.csv, 200, file.headers);
    },
  );
}

function addUnreachedCsv(table: RouteTable, useCases: CampaignUseCases): void {
  table.add(
    {
      ...ofOneCampaign,
      method: 'get',
      path: '/v1/campaigns/{id}/unreached.csv',
      operationId: 'exportUnreached',
      summary: 'Export who was not reached',
      description:
        'For the call centre: every ended call but those that are completed, opted out, cancelled or blocked. Numbers are in clear with `numbers:read`. A column `metadata.<key>` for each key of their metadata (the first 50 by the alphabet). Whose the number is tells the `reference`: variables, and with them names, are shown to nobody.',
      scope: 'calls:read',
      query: z.object({}),
      body: null,
      replies: {
        200: { description: 'UTF-8 with a byte order mark.', schema: z.string(), contentType: 'text/csv' },
      },
      problems: ['not_found'],
    },
    async ({ c, principal }) => {
      const id = pathId('cmp', c.req.param('id'));
      const file = await writeUnreachedCsv(useCases, { id, principal });
      if (file === null) throw notFound('campaign');
      return c.body(file.csv, 200, file.headers);
    },
  );
}
