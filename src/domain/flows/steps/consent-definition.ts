import { z } from 'zod';
import { askingFields, target } from './step-fields.ts';

/**
 * Asks for consent: yes, no, or do not know. `next` is where a yes leads; everything else, silence too, leads to `otherwise` (by default the
 * end), unless `give_up` sends silence somewhere else. It takes no keys from before it spoke, so there is no `type_ahead`.
 */
export const consentDefinition = z.strictObject({
  ...askingFields,
  type: z.literal('consent'),
  otherwise: target.optional(),
});
export type ConsentStep = z.infer<typeof consentDefinition>;
