import { z } from '@hono/zod-openapi';
import { adviceCodes } from '../domain/flows/advice/flow-advice.ts';

/** What would make a flow easier; no reason to refuse it. */
export const adviceSchema = z
  .array(
    z
      .strictObject({
        code: z.enum(adviceCodes),
        pointer: z.string().openapi({ description: 'JSON pointer into the flow', example: '/steps/2/say' }),
        detail: z.string(),
        suggestion: z.string(),
      })
      .meta({ id: 'FlowAdvice' }),
  )
  .openapi({
    description:
      'What would make the flow easier for people who are not used to such calls. Never a reason to refuse it; durations are measured where the sound is there, else estimated.',
  });
