import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { promptId, say } from '../../prompts/say.ts';
import { duration, stepId, target } from './step-fields.ts';

const mostFields = 30;
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a name: letters, digits and _');
const fieldName = z.string().regex(/^[A-Za-z0-9_.~-]{1,64}$/, 'must be a name: letters, digits, _ . ~ and -');
/** Sent with `{{variables}}` filled in, encoded: no value can change where the request goes. */
const fields = z
  .record(fieldName, plainText({ min: 0, max: 500 }))
  .refine((record) => Object.keys(record).length <= mostFields, `must have at most ${mostFields} fields`);

/** An RFC 6901 pointer into the reply: `/student/fees/0/due`. */
const jsonPointer = z
  .string()
  .max(200)
  .regex(/^(\/([^/~]|~[01])*)+$/, 'must be a JSON pointer, such as /student/balance');

/**
 * What is taken from the reply, and as what: a value that is something else is no value. Nothing can be synthesised during a call, so each kind
 * is one that can be put together from sounds that are ready, or can only be tested by branches (`text`).
 */
export const lookedUpValue = z.discriminatedUnion('as', [
  z.strictObject({ from: jsonPointer, as: z.enum(['digits', 'number', 'date', 'time', 'text']) }),
  z.strictObject({ from: jsonPointer, as: z.literal('prompt'), prompts: z.array(promptId).min(1).max(50) }),
]);
export type LookedUpValue = z.infer<typeof lookedUpValue>;

/** Fetches values over HTTPS while the person waits. */
export const lookupDefinition = z.strictObject({
  id: stepId,
  type: z.literal('lookup'),
  method: z.enum(['GET', 'POST']).optional(),
  url: z
    .string()
    .max(2_000)
    .refine(isPlainUrl, 'must be an absolute https URL without placeholders, user name and fragment'),
  query: fields.optional(),
  body: fields.optional(),
  values: z
    .record(variableName, lookedUpValue)
    .refine((values) => Object.keys(values).length <= mostFields, `must have at most ${mostFields} values`),
  time_limit: duration(1_000, 20_000).optional(),
  wait: z.strictObject({ say }).optional(),
  otherwise: target,
  next: target.optional(),
});
export type LookupStep = z.infer<typeof lookupDefinition>;

/** What may be reached under it is for the URL guard to say when it is stored and when it is asked. */
function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/.test(text) || /[\u0000-\u0020\\{}#]/.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '';
}
