import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { givenPeople, givenResponses, givenVariables } from '../../calls/call-request.ts';

const entry = z
  .string()
  .regex(/^[0-9*#]{1,32}$/, 'must be keys of a phone (0 to 9, * and #), at most 32 of them')
  .nullable();

/** A rehearsal as it is asked for over HTTP; what depends on the flow is decided by the use case. */
export const rehearsalRequest = z
  .strictObject({
    language: plainText({ min: 2, max: 35 })
      .optional()
      .meta({ description: "Which of the flow's languages; default its first." }),
    keys: z
      .array(entry)
      .max(500)
      .meta({
        description:
          'What the person does, one entry for each asking: a key, several for a number (`"42#"`), or null for silence.',
        example: ['1', null, '42#'],
      }),
    after_keys: z.enum(['silence', 'hang_up']).optional().meta({
      description:
        'What the person does when `keys` are used up: listens on without pressing anything (default), or hangs up when asked again.',
    }),
    responses: givenResponses.optional(),
    people: givenPeople.optional(),
    start_at: plainText({ max: 300 }).optional(),
    variables: givenVariables.optional(),
    definition: z.record(z.string(), z.unknown()).optional().meta({
      description: 'A flow to be rehearsed in place of the stored one, before it is stored: nothing is kept.',
    }),
  })
  .meta({ id: 'RehearsalRequest' });

export type RehearsalRequest = z.infer<typeof rehearsalRequest>;
