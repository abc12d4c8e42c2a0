import { z } from 'zod';

/**
 * Text that can be stored, spoken and echoed: no control characters (NUL would break the database, others terminals and CSV), no
 * lone surrogates (they cannot be written as UTF-8).
 */
export function plainText(limits: { min?: number; max: number }): z.ZodString {
  return z
    .string()
    .min(limits.min ?? 0)
    .max(limits.max)
    .refine((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text), {
      error: 'must not have control characters',
    })
    .refine((text) => text.isWellFormed(), { error: 'must not have lone surrogates' });
}
