import { z } from '@hono/zod-openapi';

const faultSchema = z.strictObject({
  pointer: z.string().openapi({ description: 'Into the flow.' }),
  detail: z.string(),
  suggestion: z.string().optional(),
});

const formPlace = z.strictObject({
  sheet: z.string().openapi({ example: 'survey' }),
  row: z.int().openapi({ description: 'As the spreadsheet shows it, from 1.' }),
  column: z.string().nullable().openapi({ description: 'Its heading.', example: 'relevant' }),
});

const blockPlace = z.strictObject({
  flow: z.string().openapi({ description: "The flow's name." }),
  block: z.string().nullable().openapi({ description: "The block's uuid." }),
  pointer: z.string().openapi({ description: 'Into what was sent.' }),
});

const noteSchema = z
  .strictObject({
    kind: z.enum(['left_out', 'changed', 'not_needed']).openapi({
      description:
        '`left_out`: is not in the flow. `changed`: is there in another form. `not_needed`: means nothing in a call.',
    }),
    place: z.union([formPlace, blockPlace]),
    name: z.string().nullable().openapi({ description: 'Of the question or block.' }),
    detail: z.string(),
    suggestion: z.string().optional(),
  })
  .meta({ id: 'ImportNote' });

const wantedPromptSchema = z
  .strictObject({
    id: z.string(),
    language: z.string(),
    file: z
      .string()
      .nullable()
      .openapi({ description: 'The recording that the source names: the name of a file, or an address.' }),
    text: z.string().nullable().openapi({ description: 'The words, where the source has them.' }),
  })
  .meta({ id: 'WantedPrompt' });

/** What an import answers. */
export const importedFlowSchema = z
  .strictObject({
    source: z.enum(['xlsform', 'floip']),
    suggested_id: z.string().openapi({ description: 'For `PUT /v1/flows/{id}`.', example: 'school-survey' }),
    flow: z.unknown().openapi({ type: 'object', allOf: [{ $ref: '#/components/schemas/FlowDefinition' }] }),
    not_carried_over: z.array(noteSchema),
    prompts: z.array(wantedPromptSchema).openapi({
      description: 'Prompts that the flow names: to be put into the library before the flow is stored.',
    }),
    faults: z.array(faultSchema).openapi({
      description: 'What storing the flow would still find wrong, once its prompts are in the library.',
    }),
  })
  .meta({ id: 'ImportedFlow' });
