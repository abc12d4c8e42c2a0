import { z } from 'zod';
import { plainText } from '../plain-text.ts';
import { callRequestSchema } from './call-request.ts';

/** Each takes half a minute, with everything that is said about it: more is too much for one call. */
export const mostRecordedPrompts = 50;

/** A request for a call that records prompts: like that for any call, but for what the gateway itself decides. */
export const recordPromptsSchema = callRequestSchema
  .pick({
    to: true,
    reference: true,
    not_before: true,
    not_after: true,
    calling_hours: true,
    retry: true,
    caller_id: true,
    trunk: true,
    metadata: true,
  })
  .extend({
    language: plainText({ min: 2, max: 35 }).meta({
      description: 'One of the flow’s languages; the person speaks it.',
      example: 'hi',
    }),
    prompts: z
      .array(plainText({ min: 1, max: 128 }))
      .min(1)
      .max(mostRecordedPrompts)
      .optional()
      .meta({
        description: `Ids of the flow’s prompts, or of the gateway’s own (\`system.goodbye\`), to be recorded, anew if need be. Default: the first ${mostRecordedPrompts} of the flow that are not recorded in this language.`,
      }),
  })
  .meta({ id: 'RecordPromptsRequest' });

export type RecordPromptsRequest = z.infer<typeof recordPromptsSchema>;
