import { z } from 'zod';
import { expressionText } from './branch-definition.ts';
import { stepId, target } from './step-fields.ts';

/** Sets `variable` to what the expression `value` comes to. */
export const setDefinition = z.strictObject({
  id: stepId,
  type: z.literal('set'),
  variable: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a name: a letter, then at most 63 letters, digits and _'),
  value: expressionText,
  next: target.optional(),
});
export type SetStep = z.infer<typeof setDefinition>;
