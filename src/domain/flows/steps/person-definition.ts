import { z } from 'zod';
import { say } from '../../prompts/say.ts';
import { askingFields } from './step-fields.ts';

const { id, barge_in, first_key_timeout, attempts, no_input, invalid, next } = askingFields;

/**
 * Asks who of the call's `people` is on this shared phone. `say` comes before the names, which the gateway reads out itself. Nobody goes on
 * unknown: «none of these» and silence end the call.
 */
export const personDefinition = z.strictObject({
  ...{ id, barge_in, first_key_timeout, attempts, no_input, invalid, next },
  type: z.literal('person'),
  say: say.optional(),
});
export type PersonStep = z.infer<typeof personDefinition>;
