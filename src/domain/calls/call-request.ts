import { z } from 'zod';
import { mostPeople } from '../flows/steps/person-keys.ts';
import { plainText } from '../plain-text.ts';
import { callingHoursSchema } from './calling-hours-schema.ts';
import { retrySchema } from './retry-policy.ts';

/** Instants are taken from 2000 to 2100: a date in the year 275760 is a mistake, not a wish. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => isWithinReason(text), { error: 'must lie between the years 2000 and 2100' });

/** A record of at most `most` entries. (HTTP bounds the members of any object before, so a huge one is not walked here.) */
function boundedRecord<T extends z.ZodType>(key: z.ZodString, value: T, most: number) {
  return z
    .record(key, value)
    .refine((given) => Object.keys(given).length <= most, { error: `must have at most ${most} entries` });
}

/** Values that prompts may speak and branches may test. */
export const givenVariables = boundedRecord(
  plainText({ max: 64 }),
  z.union([plainText({ max: 500 }), z.number(), z.boolean()]),
  100,
);

/** Answers given on another channel, by question. */
export const givenResponses = boundedRecord(
  plainText({ max: 300 }),
  plainText({ max: 2_000, lines: true }),
  500,
);

/** Whether an answering machine is listened for. Our own words play meanwhile in any case. */
export const machineDetection = z.enum(['off', 'on']).meta({
  description:
    'With `on`, long unbroken speech right after the answer, without a key, is taken for an answering machine: it is hung up on, and the attempt is a `machine`. A key proves a person for good. Default `off`',
});

/** Who shares a phone, for flows with a `person` step. */
export const givenPeople = z
  .array(
    z.strictObject({
      id: plainText({ min: 1, max: 64 }),
      name: plainText({ min: 1, max: 100 }).refine((name) => !/\{\{|\}\}/.test(name), {
        error: 'must not have {{ or }}',
      }),
      responses: givenResponses.optional(),
    }),
  )
  .min(1)
  .max(mostPeople, { error: `must be at most ${mostPeople}: each needs a key of their own` })
  .meta({ description: 'Who shares this phone, for flows with a `person` step' });

/**
 * A request for a call, as it comes over HTTP. What depends on more than its form (the flow, the destination, the hours) is
 * decided by `acceptCall`.
 */
export const callRequestSchema = z
  .strictObject({
    to: plainText({ max: 20 }).meta({ description: 'E.164', example: '+919876543210' }),
    flow: z
      .union([plainText({ min: 1, max: 80 }), z.record(z.string(), z.unknown())])
      .optional()
      .meta({
        description:
          '`teacher-quiz` (newest version at acceptance), `teacher-quiz@3`, or a whole flow inline; needed where there is no `campaign_id`',
      }),
    campaign_id: plainText({ max: 40 })
      .optional()
      .meta({ description: 'The campaign that the call belongs to; every field left out comes from it.' }),
    language: plainText({ min: 2, max: 35 }).optional(),
    reference: plainText({ max: 200 }).optional(),
    variables: givenVariables.optional(),
    responses: givenResponses.optional(),
    people: givenPeople.optional(),
    start_at: plainText({ max: 300 }).optional(),
    priority: z.enum(['normal', 'high', 'emergency']).optional(),
    purpose: z.enum(['service', 'promotional', 'emergency']).optional(),
    list: plainText({ min: 1, max: 100 }).optional(),
    not_before: instantSchema.optional(),
    not_after: instantSchema.optional(),
    calling_hours: callingHoursSchema.optional(),
    retry: retrySchema.optional(),
    caller_id: plainText({ max: 20 }).optional(),
    trunk: plainText({ max: 64 }).optional(),
    record: z.boolean().optional(),
    machine_detection: machineDetection.optional(),
    max_duration: plainText({ max: 20 })
      .optional()
      .meta({ description: 'ISO 8601, longest talk', example: 'PT15M' }),
    metadata: boundedRecord(plainText({ min: 1, max: 64 }), plainText({ max: 500 }), 16).optional(),
  })
  .meta({ id: 'CallRequest' });

export type CallRequest = z.infer<typeof callRequestSchema>;

function isWithinReason(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 2000 && year <= 2100;
}
