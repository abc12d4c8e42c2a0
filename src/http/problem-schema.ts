import { z } from '@hono/zod-openapi';
import { problemCodes } from './problem-codes.ts';

const codes = Object.keys(problemCodes);

const fieldSchema = z
  .object({
    pointer: z
      .string()
      .optional()
      .openapi({ description: 'JSON pointer into the body', example: '/responses/q1' }),
    parameter: z
      .string()
      .optional()
      .openapi({ description: 'Name of a parameter of the path or the query', example: 'limit' }),
    detail: z.string(),
    suggestion: z.string().optional().openapi({
      description: 'What would mend it, or what was perhaps meant.',
      example: 'Did you mean «bye»?',
    }),
  })
  .meta({ id: 'ProblemField' });

/** Every error of this API: problem details, RFC 9457. */
export const problemSchema = z
  .looseObject({
    type: z.string().openapi({ example: 'urn:ivrs-gateway:problem:invalid_request' }),
    title: z.string(),
    status: z.int().openapi({ example: 422 }),
    detail: z.string(),
    code: z.enum(codes).openapi({ description: 'A stable word: the one member to branch on.' }),
    request_id: z
      .string()
      .nullable()
      .openapi({ description: 'As in X-Request-Id: name it when you report the problem.' }),
    errors: z
      .array(fieldSchema)
      .optional()
      .openapi({ description: 'Each field at fault, where fields are.' }),
  })
  .meta({ id: 'Problem' });
