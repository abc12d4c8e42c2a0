import { z } from '@hono/zod-openapi';

const questionSchema = z.strictObject({
  type: z.enum(['select_one', 'numeric', 'text', 'open']),
  label: z.string(),
  type_options: z.strictObject({
    choices: z.array(z.string()).optional(),
    range: z.array(z.number()).optional(),
  }),
});

const resourceSchema = z.strictObject({
  name: z.string(),
  path: z.null(),
  access_method: z.literal('api'),
  api_data_url: z.string(),
  mediatype: z.string(),
  encoding: z.literal('utf-8'),
  schema: z.strictObject({
    fields: z.array(z.strictObject({ name: z.string(), title: z.string(), type: z.string() })),
    questions: z.record(z.string(), questionSchema),
  }),
});

/** A Flow Results descriptor in the envelope of JSON:API. */
export const resultsPackageSchema = z
  .strictObject({
    links: z.strictObject({ self: z.string() }),
    data: z.strictObject({
      type: z.literal('packages'),
      id: z.uuid(),
      attributes: z.strictObject({
        profile: z.literal('flow-results-package'),
        name: z.string(),
        title: z.string(),
        flow_results_specification_version: z.string(),
        created: z.string(),
        modified: z.string(),
        id: z.uuid(),
        resources: z.array(resourceSchema),
      }),
      relationships: z.strictObject({
        responses: z.strictObject({ links: z.strictObject({ related: z.string() }) }),
      }),
    }),
  })
  .meta({ id: 'FlowResultsPackage' });

const rowSchema = z.array(z.unknown()).length(7).openapi({
  description: 'timestamp, row_id, contact_id, session_id, question_id, response, response_metadata',
});

/** A page of responses in the envelope of JSON:API. */
export const resultsPageSchema = z
  .strictObject({
    data: z.strictObject({
      type: z.literal('responses'),
      id: z.uuid(),
      attributes: z.strictObject({ responses: z.array(rowSchema) }),
      relationships: z.strictObject({
        descriptor: z.strictObject({ links: z.strictObject({ self: z.string() }) }),
        links: z.strictObject({ self: z.string(), next: z.string().nullable(), previous: z.null() }),
      }),
    }),
  })
  .meta({ id: 'FlowResults' });
