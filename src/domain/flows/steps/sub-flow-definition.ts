import { z } from 'zod';
import { stepId, target } from './step-fields.ts';

/** `intro` (its newest version when this flow is stored) or `intro@3`. */
export const flowName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,63}(@[1-9]\d{0,8})?$/,
    'must be the id of a stored flow, such as intro or intro@3',
  );

/** Plays another stored flow and comes back. Its steps are known as `<id>.<step>`, its answers too. */
export const subFlowDefinition = z.strictObject({
  id: stepId,
  type: z.literal('sub_flow'),
  flow: flowName,
  next: target.optional(),
});
export type SubFlowStep = z.infer<typeof subFlowDefinition>;
