import { z } from '@hono/zod-openapi';
import { languageTag } from '../../domain/prompts/say.ts';
import type { ImportFlow, ImportFlowResult } from '../../workflows/import-flow.ts';
import type { UseCases } from '../../workflows/use-cases.ts';
import { importedFlowSchema } from '../import-schema.ts';
import { invalidRequest, Problem } from '../problem.ts';
import { parseJson } from '../read-json-body.ts';
import type { RouteTable } from '../route-table.ts';
import { readTypedFile, type TypedFile } from '../read-typed-file.ts';
import { validateBody } from '../validate-body.ts';

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const jsonType = 'application/json';
const longestImportBytes = 5 * 1024 * 1024;

const importQuery = z.object({
  language: languageTag.optional().openapi({
    description: 'The language of an XLSForm that does not say which it is in. Default `en`.',
    example: 'hi',
  }),
  flow: z.string().min(1).max(200).optional().openapi({
    description: 'Of a FLOIP container with several flows: the uuid or name of one. Default: the first.',
  }),
});

export function addFlowImportRoutes(table: RouteTable, useCases: Pick<UseCases, 'importFlow'>): void {
  table.add(
    {
      method: 'post',
      path: '/v1/flows/import',
      operationId: 'importFlow',
      tag: 'Flows',
      summary: "Make a flow of somebody else's form",
      description:
        'Takes an XLSForm (`.xlsx`; ODK, KoboToolbox) or a FLOIP flow or container (JSON), and answers the flow and what could not be carried over, by row and column or by block. It stores nothing: look at the flow, put its prompts into the library, and `PUT` it. At most 5 MiB.',
      scope: 'flows:write',
      query: importQuery,
      body: null,
      uploads: {
        [workbookType]: z.unknown().openapi({ type: 'string', format: 'binary' }),
        [jsonType]: z.unknown().openapi({ type: 'object' }),
      },
      needsIdempotencyKey: false,
      replies: { 200: { description: 'The flow, not stored.', schema: importedFlowSchema } },
    },
    async ({ c, query }) => {
      const upload = await readTypedFile(c.req.raw, {
        types: [workbookType, jsonType],
        longestBytes: longestImportBytes,
      });
      return c.json(presentImport(await useCases.importFlow(requestOf(upload, query))));
    },
  );
}

function requestOf({ type, bytes }: TypedFile, query: z.output<typeof importQuery>): ImportFlow {
  if (type === workbookType) return { source: 'xlsform', bytes, language: query.language ?? null };
  return { source: 'floip', json: validateBody(z.unknown(), parseJson(bytes)), flow: query.flow ?? null };
}

function presentImport(result: ImportFlowResult): z.input<typeof importedFlowSchema> {
  switch (result.result) {
    case 'too_large':
      throw new Problem('body_too_large', `The workbook ${result.detail}.`);
    case 'unusable':
      throw invalidRequest(result.faults.slice(0, 100));
    case 'imported': {
      const { flow, notes, prompts, suggestedId } = result.imported;
      return {
        source: result.source,
        suggested_id: suggestedId,
        flow,
        not_carried_over: notes,
        prompts,
        faults: result.faults,
      };
    }
  }
}
