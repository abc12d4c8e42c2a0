import { z } from 'zod';

const anyControl = /[\u0000-\u001f\u007f-\u009f]/;
const controlButLines = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/**
 * Text that can be stored, spoken and echoed: no control characters (NUL would break the database, others terminals and CSV), no
 * lone surrogates (they cannot be written as UTF-8). Line breaks and
 * tabs only where `lines` allows them.
 */
export function plainText(limits: { min?: number; max: number; lines?: boolean }): z.ZodString {
  const control = limits.lines === true ? controlButLines : anyControl;
  return z
    .string()
    .min(limits.min ?? 0)
    .max(limits.max)
    .refine((text) => !control.test(text), {
      error: 'must not have control characters',
    })
    .refine((text) => text.isWellFormed(), { error: 'must not have lone surrogates' });
}
