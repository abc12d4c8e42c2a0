import { z } from 'zod';
import { nextKeyTimeout, questionFields } from './step-fields.ts';

export const mostDigits = 32;
const bound = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Asks for several digits. */
export const digitsDefinition = z.strictObject({
  ...questionFields,
  type: z.literal('digits'),
  min: z.int().min(1).max(mostDigits).optional(),
  max: z.int().min(1).max(mostDigits),
  terminator: z.enum(['#', '*']).optional(),
  range: z.tuple([bound, bound]).optional(),
  pattern: z.string().min(1).max(100).optional(),
  confirm: z.boolean().optional(),
  next_key_timeout: nextKeyTimeout.optional(),
});
export type DigitsStep = z.infer<typeof digitsDefinition>;
