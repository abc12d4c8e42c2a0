import { z } from 'zod';
import { parseDurationMs } from '../../../lib/duration.ts';
import { say } from '../../prompts/say.ts';
import { keys } from '../keys.ts';

/** Fields that several types of step have in common. */
export const key = z.enum(keys);

const idForm = /^[a-z][a-z0-9_-]{0,63}$/;

export const stepId = z
  .string()
  .regex(idForm, 'must be an id: a small letter, then at most 63 of a-z, 0-9, _ and -')
  .refine((id) => id !== 'end' && id !== 'next', '«end» and «next» say where to go and cannot be ids');

/** Where to go: the id of a step, `next` (the step that follows in the list) or `end`. */
export const target = z.string().regex(idForm, 'must be the id of a step, «next» or «end»');

export const attempts = z.int().min(1).max(10);
export const firstKeyTimeout = duration(1_000, 60_000);
export const nextKeyTimeout = duration(500, 30_000);

/** Words about a key that is missing or wrong; the question follows them. */
export const reminder = z.strictObject({ say: say.optional() });

/** What every step may say about itself that takes only keys from after it spoke. */
export const askingFields = {
  id: stepId,
  say,
  barge_in: z.boolean().optional(),
  first_key_timeout: firstKeyTimeout.optional(),
  attempts: attempts.optional(),
  no_input: reminder.optional(),
  invalid: reminder.optional(),
  give_up: target.optional(),
  next: target.optional(),
};

/** What every question may say about itself. */
export const questionFields = { ...askingFields, type_ahead: z.boolean().optional() };

/** An ISO 8601 duration within limits, both in milliseconds. */
export function duration(leastMs: number, mostMs: number) {
  return z.string().refine(
    (text) => {
      const durationMs = parseDurationMs(text);
      return durationMs !== null && durationMs >= leastMs && durationMs <= mostMs;
    },
    `must be a duration from ${leastMs / 1000} to ${mostMs / 1000} s, such as PT6S`,
  );
}
