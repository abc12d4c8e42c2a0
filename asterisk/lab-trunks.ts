import file from './trunks.json' with { type: 'json' };

/** One trunk as `IVRS_TRUNKS_FILE` writes it. */
export interface LabTrunk {
  name: string;
  /** `{number}` is put in the trunk's own number format. */
  endpoint: string;
  /** `e164_plus` +919…, `e164` 919…, `national` 09…: the handset network takes all three. */
  number_format: string | { prefix: string; format: string } | { template: string };
  prefixes: string[];
  channels: number;
  calls_per_second: number;
  caller_ids: { service: string[]; promotional: string[]; emergency: string[] };
  /** The lowest is tried first. */
  order: number;
  /** From the first sign of ringing. */
  ring_timeout: string;
  /** From the INVITE to the first sign of ringing. */
  setup_timeout: string;
  codec: string;
  weight?: number;
  verdicts?: { sip_code?: number; q850_cause?: number; after?: string; reason: string; fault?: string }[];
}

/** One carrier alone: there is nothing to fail over to, so what a handset does is what a call comes to. */
export function labTrunks(): LabTrunk[] {
  return structuredClone(file.trunks);
}

/**
 * One of the two carriers that the handset network plays, or one that never replies, with what a test wants otherwise than `trunks.json` has
 * it.
 */
export function labTrunk(
  name: 'carrier-a' | 'carrier-b' | 'carrier-dead',
  changes: Partial<LabTrunk> = {},
): LabTrunk {
  const [carrier] = labTrunks();
  if (!carrier) throw new Error('asterisk/trunks.json has no trunk.');
  const order = name === 'carrier-a' ? 1 : 2;
  return { ...carrier, name, endpoint: `PJSIP/{number}@${name}`, order, ...changes };
}
