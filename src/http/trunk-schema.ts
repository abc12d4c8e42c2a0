import { z } from '@hono/zod-openapi';
import { plainText } from '../domain/plain-text.ts';
import { formatDuration } from '../lib/duration.ts';
import type { DryRun, DryRunTrunk } from '../workflows/dry-run-trunks.ts';
import type { TrunkView } from '../workflows/read-trunks.ts';

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
  open: z.boolean().openapi({
    description: 'False while nobody is dialled over it: it is drained, down, or closed.',
  }),
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
  { trunk, way, whyNot, isChosen, isShut }: DryRunTrunk,
  form: 'clear' | 'masked',
): z.input<typeof dryRunTrunkSchema> {
  return {
    trunk: trunk.name,
    chosen: isChosen,
    serves: whyNot === null,
    open: !isShut,
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

const sightingSchema = z.strictObject({
  asterisk: z.string(),
  up: z.boolean(),
  reason: z.string().nullable(),
  since: z.iso.datetime(),
});

export const trunkSchema = z
  .strictObject({
    name: z.string().openapi({ example: 'carrier-a' }),
    state: z.enum(['up', 'slowed', 'draining', 'drained', 'down', 'closed', 'probing']).openapi({
      description:
        '`slowed`: dialled over at less than its pace. `draining`: by the API, with calls still on it; `drained`: with none. `down`: the carrier does not answer, or does not know us. `closed`: call after call failed before any phone rang, so none is dialled until `closed_until`; `probing`: then one call at a time, until one comes through.',
    }),
    reason: z.string().nullable().openapi({ description: 'Why calls do not come through; a sentence.' }),
    drained_since: z.iso.datetime().nullable(),
    closed_until: z.iso.datetime().nullable(),
    channels: z.strictObject({ total: z.int(), taken: z.int(), free: z.int() }).openapi({
      description: 'Of all gateways together.',
    }),
    calls_per_second: z.strictObject({
      configured: z.number(),
      now: z.number().openapi({
        description:
          'Less than configured after the carrier was full (503) or said nothing: it halves, and grows back by a hundredth of the configured pace a second.',
      }),
    }),
    health: z.array(sightingSchema).openapi({
      description: 'What each Asterisk sees of it; empty where none qualifies it or is registered over it.',
    }),
    prefixes: z.array(z.string()),
    order: z.int(),
    weight: z.int(),
  })
  .meta({ id: 'Trunk' });

export function presentTrunk(view: TrunkView): z.input<typeof trunkSchema> {
  const { trunk, live } = view;
  const pace = trunk.callsPerSecond * view.paceFactor;
  return {
    name: trunk.name,
    state: view.condition,
    reason: view.reason,
    drained_since: optionalInstant(view.drainedAt),
    closed_until: optionalInstant(view.closedUntil),
    channels: { total: trunk.channels, taken: live, free: Math.max(0, trunk.channels - live) },
    calls_per_second: { configured: trunk.callsPerSecond, now: Number(pace.toPrecision(3)) },
    health: Object.entries(view.sightings).map(([asterisk, { up, reason, since }]) => ({
      ...{ asterisk, up, reason },
      since: new Date(since).toISOString(),
    })),
    prefixes: [...trunk.prefixes],
    order: trunk.order,
    weight: trunk.weight,
  };
}

function optionalInstant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
