import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { stepId, target } from './step-fields.ts';

export const expressionText = plainText({ min: 1, max: 500 });

/** A response, a variable, `language`, or a part of the score. */
export const valueName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/,
    'must be a name, such as q1, language or score.correct',
  )
  .max(130);

/** Goes by one value (`on`, `cases`), or by the first condition that is true (`when`). Without `else` the step that follows is next. */
export const branchDefinition = z.strictObject({
  id: stepId,
  type: z.literal('branch'),
  on: valueName.optional(),
  cases: z.record(plainText({ min: 1, max: 100 }), target).optional(),
  when: z
    .array(z.strictObject({ if: expressionText, next: target }))
    .min(1)
    .max(100)
    .optional(),
  else: target.optional(),
});
export type BranchStep = z.infer<typeof branchDefinition>;
