import { isSupportedCountry, type CountryCode } from 'libphonenumber-js/max';
import { z } from 'zod';
import { parseDurationMs } from '../../lib/duration.ts';
import { explainIssues } from '../explain-issues.ts';
import { numberFormatSchema, type NumberFormat } from '../phone-numbers/number-format.ts';
import type { Purpose } from './call.ts';
import { trunkVerdictOf, trunkVerdictSchema, type TrunkVerdictRow } from './trunk-verdict.ts';
import type { Fault } from '../fault.ts';

/** A way out to the phone network. */
export interface Trunk {
  readonly name: string;
  /** `PJSIP/{number}@carrier-a`, or `PJSIP/carrier-a/sip:{number}@192.0.2.1:5060`. */
  readonly endpoint: string;
  readonly numberFormat: NumberFormat;
  /** Beginnings of the numbers that it serves; `+` serves all. */
  readonly prefixes: readonly string[];
  /** Live attempts that it can carry. */
  readonly channels: number;
  /** Of these, as many as outgoing calls never take. */
  readonly reservedForIncoming: number;
  readonly callsPerSecond: number;
  /** Numbers that may be shown, by purpose; null: the carrier shows what it likes. A purpose that is missing is not served. */
  readonly callerIds: Readonly<Partial<Record<Purpose, readonly string[]>>> | null;
  /** Of trunks that serve a number equally well, the lowest goes first. */
  readonly order: number;
  /** Of trunks with the same order each gets this share of the calls. */
  readonly weight: number;
  readonly ringTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly codec: Codec;
  /** Tried before the general table. */
  readonly verdicts: readonly TrunkVerdictRow[];
  /** ISO 3166-1: how national numbers are read that come in over it. Left out: the one country of its prefixes. */
  readonly country?: CountryCode;
}

/** Live attempts that it can carry beside the calls that come in. */
export function channelsForOutgoing({
  channels,
  reservedForIncoming,
}: Pick<Trunk, 'channels' | 'reservedForIncoming'>): number {
  return channels - reservedForIncoming;
}

export const codecs = ['alaw', 'ulaw', 'g722'] as const;
export type Codec = (typeof codecs)[number];

const callerIdList = z
  .array(z.string().regex(/^\+[1-9]\d{2,14}$/, 'must be a number in E.164, such as +911600123456'))
  .max(1000);

/** A path of the API beside those of trunks. */
const reservedName = 'dry-run';

/** The number as the user of the endpoint's own contact, or of an address: for a carrier with several gateways behind one endpoint. */
const endpointForm =
  /^PJSIP\/(\{number\}@([A-Za-z0-9][\w.-]{0,63})|([A-Za-z0-9][\w.-]{0,63})\/sip:\{number\}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:\d{1,5})?)$/;

/** What of a trunk is in the trunks file; `docs/operations/trunks-file.md` has a line for each. */
export const trunkSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be small letters, digits, - and _')
    .refine((name) => name !== reservedName, `must not be ${reservedName}`),
  endpoint: z
    .string()
    .regex(
      endpointForm,
      'must be of the form PJSIP/{number}@endpoint, or PJSIP/endpoint/sip:{number}@host:port',
    ),
  number_format: numberFormatSchema.default('e164_plus'),
  prefixes: z
    .array(z.string().regex(/^\+([1-9]\d{0,14})?$/, 'must begin with + and have digits only'))
    .min(1)
    .max(1000),
  channels: z.int().min(1).max(10_000),
  reserved_for_incoming: z.int().min(0).max(9_999).default(0),
  calls_per_second: z.number().positive().max(1000),
  caller_ids: z
    .strictObject({
      service: callerIdList.optional(),
      promotional: callerIdList.optional(),
      emergency: callerIdList.optional(),
    })
    .optional(),
  order: z.int().min(0).max(1000).default(1),
  weight: z.int().min(1).max(1000).default(1),
  ring_timeout: spanSchema('PT40S', { fromMs: 5_000, untilMs: 120_000, words: 'from PT5S to PT2M' }),
  setup_timeout: spanSchema('PT20S', { fromMs: 1_000, untilMs: 60_000, words: 'from PT1S to PT1M' }),
  codec: z.enum(codecs).default('alaw'),
  verdicts: z.array(trunkVerdictSchema).max(100).default([]),
  country: z
    .string()
    .refine(isSupportedCountry, 'must be the code of a country in ISO 3166-1, such as IN')
    .optional(),
});

const fileSchema = z.strictObject({
  revision: z.int().min(0).max(2_000_000_000).default(0),
  trunks: z.array(trunkSchema).min(1, 'must have at least one trunk').max(100),
});

export type ParsedTrunks =
  { result: 'parsed'; revision: number; trunks: Trunk[] } | { result: 'refused'; faults: Fault[] };

/** Reads the trunks file's JSON: all its trunks, or all its mistakes. */
export function parseTrunks(json: unknown): ParsedTrunks {
  const parsed = fileSchema.safeParse(json);
  const faults = faultsOfMeaning(json);
  if (!parsed.success)
    faults.unshift(...explainIssues(parsed.error.issues, { input: json, schema: fileSchema }));
  if (!parsed.success || faults.length > 0) return { result: 'refused', faults };
  return { result: 'parsed', revision: parsed.data.revision, trunks: parsed.data.trunks.map(trunkOf) };
}

/** The simulator's one trunk as a file would have it. */
export const simulatorTrunkWritten = {
  name: 'simulator',
  endpoint: 'PJSIP/{number}@simulator',
  prefixes: ['+'],
  channels: 250,
  calls_per_second: 50,
} satisfies z.input<typeof trunkSchema>;

/** The same as the contract has it. */
export const simulatorTrunk: Trunk = {
  name: 'simulator',
  endpoint: 'PJSIP/{number}@simulator',
  numberFormat: 'e164_plus',
  prefixes: ['+'],
  channels: 250,
  reservedForIncoming: 0,
  callsPerSecond: 50,
  callerIds: null,
  order: 1,
  weight: 1,
  ringTimeoutMs: 40_000,
  setupTimeoutMs: 20_000,
  codec: 'alaw',
  verdicts: [],
};

/** The PJSIP endpoint in Asterisk that the trunk goes through. */
export function pjsipEndpointOf({ endpoint }: Pick<Trunk, 'endpoint'>): string {
  const [, , ofNumber, withAddress] = endpointForm.exec(endpoint) ?? [];
  return ofNumber ?? withAddress ?? '';
}

function spanSchema(otherwise: string, limits: { fromMs: number; untilMs: number; words: string }) {
  return z
    .string()
    .max(20)
    .refine((text) => isWithin(text, limits), `must be an ISO 8601 duration ${limits.words}`)
    .default(otherwise);
}

function isWithin(text: string, limits: { fromMs: number; untilMs: number }): boolean {
  const durationMs = parseDurationMs(text);
  return durationMs !== null && durationMs >= limits.fromMs && durationMs <= limits.untilMs;
}

function trunkOf(row: z.infer<typeof trunkSchema>): Trunk {
  return {
    name: row.name,
    endpoint: row.endpoint,
    numberFormat: row.number_format,
    prefixes: row.prefixes,
    channels: row.channels,
    reservedForIncoming: row.reserved_for_incoming,
    callsPerSecond: row.calls_per_second,
    callerIds: row.caller_ids === undefined ? null : withoutGaps(row.caller_ids),
    order: row.order,
    weight: row.weight,
    ringTimeoutMs: parseDurationMs(row.ring_timeout) ?? 0,
    setupTimeoutMs: parseDurationMs(row.setup_timeout) ?? 0,
    codec: row.codec,
    verdicts: row.verdicts.map(trunkVerdictOf),
    ...(row.country === undefined ? {} : { country: row.country }),
  };
}

function withoutGaps(callerIds: Record<string, string[] | undefined>): Partial<Record<Purpose, string[]>> {
  return Object.fromEntries(
    Object.entries(callerIds).filter(([, list]) => list !== undefined && list.length > 0),
  );
}

const { name, channels, reserved_for_incoming: reserved } = trunkSchema.shape;
/** What faults of meaning are about, as far as it is there and has the right form. */
const readableTrunk = z
  .object({
    name: name.optional().catch(undefined),
    channels: channels.optional().catch(undefined),
    reserved_for_incoming: reserved.catch(0),
  })
  .catch({ name: undefined, channels: undefined, reserved_for_incoming: 0 });
type ReadableTrunk = z.infer<typeof readableTrunk>;
const readableFile = z.object({ trunks: z.array(readableTrunk) });

/** Of all that can be read: one mistake of form hides none of them. */
function faultsOfMeaning(json: unknown): Fault[] {
  const read = readableFile.safeParse(json);
  if (!read.success) return [];
  const { trunks } = read.data;
  return trunks.flatMap((trunk, index) => [
    ...repeatedName(trunks, trunk, index),
    ...wholeReserve(trunk, index),
  ]);
}

function wholeReserve(trunk: ReadableTrunk, index: number): Fault[] {
  const { channels: all, reserved_for_incoming: reservedForIncoming } = trunk;
  if (all === undefined || channelsForOutgoing({ channels: all, reservedForIncoming }) > 0) return [];
  const pointer = `/trunks/${index}/reserved_for_incoming`;
  return [{ pointer, detail: 'must be less than channels, or nobody could be called over the trunk' }];
}

function repeatedName(trunks: readonly ReadableTrunk[], trunk: ReadableTrunk, index: number): Fault[] {
  const first = trunks.findIndex((other) => other.name === trunk.name);
  if (first === index || trunk.name === undefined) return [];
  return [{ pointer: `/trunks/${index}/name`, detail: `is the name of trunk ${first} already` }];
}
