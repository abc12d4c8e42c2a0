import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { stepId } from './step-fields.ts';

/** Ends the flow; `result` is for the orchestrator. */
export const hangUpDefinition = z.strictObject({
  id: stepId,
  type: z.literal('hang_up'),
  result: z.union([plainText({ min: 1, max: 200 }), z.number(), z.boolean()]).optional(),
});
export type HangUpStep = z.infer<typeof hangUpDefinition>;
