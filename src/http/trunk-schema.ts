import { z } from '@hono/zod-openapi';
import { plainText } from '../domain/plain-text.ts';
import { formatDuration } from '../lib/duration.ts';
import type { DryRun, DryRunTrunk } from '../workflows/dry-run-trunks.ts';

export const dryRunRequestSchema = z
  .strictObject({
    to: plainText({ max: 20 }).meta({ description: 'E.164', example: '+919876543210' }),
    purpose: z.enum(['service', 'promotional', 'emergency']).default('service'),
    trunk: plainText({ min: 1, max: 64 }).optional(),
    caller_id: plainText({ min: 1, max: 20 }).optional(),
  })
  .meta({ id: 'TrunkDryRunRequest' });

const dryRunTrunkSchema = z.strictObject({
  trunk: z.string(),
  chosen: z.boolean().openapi({
    description:
      'The first attempt would go over it. Among trunks of the same prefix and order each call draws by their weights: then it is one of several.',
  }),
  serves: z.boolean(),
  why_not: z
    .enum(['trunk', 'to', 'purpose', 'caller_id'])
    .nullable()
    .openapi({ description: 'The field of the request that keeps the trunk from carrying the call.' }),
  detail: z.string().nullable().openapi({ description: 'The same as a sentence.' }),
  endpoint: z.string().nullable().openapi({
    description: 'What Asterisk would be asked to dial; the number in clear with `numbers:read`.',
    example: 'PJSIP/+91******3210@carrier-a',
  }),
  caller_id: z.string().nullable().openapi({ description: 'Null: the carrier shows what it likes.' }),
  order: z.int(),
  weight: z.int(),
  ring_timeout: z.string().openapi({ example: 'PT40S' }),
  setup_timeout: z.string().openapi({ example: 'PT20S' }),
});

export const dryRunSchema = z
  .strictObject({
    to: z.string(),
    chosen: z
      .string()
      .nullable()
      .openapi({ description: 'The trunk; null where none would carry the call.' }),
    trunks: z
      .array(dryRunTrunkSchema)
      .openapi({ description: 'Those that would carry the call, best first, then the others.' }),
  })
  .meta({ id: 'TrunkDryRun' });

/** @param mayShowNumbers whether the asker may see numbers in clear */
export function presentDryRun(
  { to, trunks }: DryRun,
  { mayShowNumbers }: { mayShowNumbers: boolean },
): z.input<typeof dryRunSchema> {
  const form = mayShowNumbers ? 'clear' : 'masked';
  return {
    to: to[form],
    chosen: trunks.find(({ isChosen }) => isChosen)?.trunk.name ?? null,
    trunks: trunks.map((each) => presentDryRunTrunk(each, form)),
  };
}

const details: Record<NonNullable<DryRunTrunk['whyNot']>, string> = {
  trunk: 'The request asks for another trunk.',
  to: 'None of its prefixes serves the number.',
  purpose: 'It has no caller id for this purpose.',
  caller_id: 'It may not show this caller id for this purpose.',
};

function presentDryRunTrunk(
  { trunk, way, whyNot, isChosen }: DryRunTrunk,
  form: 'clear' | 'masked',
): z.input<typeof dryRunTrunkSchema> {
  return {
    trunk: trunk.name,
    chosen: isChosen,
    serves: whyNot === null,
    why_not: whyNot,
    detail: whyNot === null ? null : details[whyNot],
    endpoint: way?.endpoint[form] ?? null,
    caller_id: way?.callerId ?? null,
    order: trunk.order,
    weight: trunk.weight,
    ring_timeout: formatDuration(trunk.ringTimeoutMs),
    setup_timeout: formatDuration(trunk.setupTimeoutMs),
  };
}
