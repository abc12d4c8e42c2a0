import { z } from 'zod';
import { say } from '../../prompts/say.ts';
import { stepId, target } from './step-fields.ts';

/** Speaks; asks nothing. */
export const messageDefinition = z.strictObject({
  id: stepId,
  type: z.literal('message'),
  say,
  barge_in: z.boolean().optional(),
  next: target.optional(),
});
export type MessageStep = z.infer<typeof messageDefinition>;
