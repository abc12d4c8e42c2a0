import { z } from 'zod';
import { stageOf, type HangUpEvidence, type Stage, type Verdict, type VerdictReason } from './verdict.ts';

/**
 * A row of a trunk's own verdict table, for a carrier that means something else by a code than most do. All that are given must match. Tried
 * before the general table (`decide-verdict.ts`), and only where the far end ended it.
 */
export interface TrunkVerdictRow {
  readonly sipCode: number | null;
  /** As Asterisk tells it, beside a SIP code as well. */
  readonly q850Cause: number | null;
  /** Null: however far it came. */
  readonly after: Stage | null;
  readonly reason: TrunkVerdictReason;
  readonly fault: 'callee' | 'carrier' | 'configuration';
}

/** What a code can mean. That somebody answered, that we hung up, or that nobody knows is never read from a carrier's code. */
const reasons = [
  'no_answer',
  'busy',
  'rejected',
  'unreachable',
  'invalid_number',
  'machine',
  'congestion',
  'trunk_failure',
] as const satisfies readonly VerdictReason[];
type TrunkVerdictReason = (typeof reasons)[number];

const technical: ReadonlySet<TrunkVerdictReason> = new Set(['congestion', 'trunk_failure']);

export const trunkVerdictSchema = z
  .strictObject({
    sip_code: z.int().min(300, 'must be a SIP code from 300 to 699').max(699).optional(),
    q850_cause: z.int().min(1, 'must be a Q.850 cause from 1 to 127').max(127).optional(),
    after: z.enum(['ringing', 'progress_only', 'silence']).optional(),
    reason: z.enum(reasons),
    fault: z.enum(['carrier', 'configuration']).optional(),
  })
  .refine((row) => row.sip_code !== undefined || row.q850_cause !== undefined, {
    error: 'must have a sip_code or a q850_cause',
  })
  .refine((row) => row.fault === undefined || technical.has(row.reason), {
    path: ['fault'],
    error:
      'must be left out: it is told by congestion and trunk_failure alone, any other reason is of the callee',
  });

export function trunkVerdictOf(row: z.infer<typeof trunkVerdictSchema>): TrunkVerdictRow {
  return {
    sipCode: row.sip_code ?? null,
    q850Cause: row.q850_cause ?? null,
    after: row.after ?? null,
    reason: row.reason,
    fault: technical.has(row.reason) ? (row.fault ?? 'carrier') : 'callee',
  };
}

/**
 * By the first row that matches; null where none does. What is certain is not asked of a carrier's table: who answered has answered, and what we
 * ended ourselves, by a time limit or because somebody cancelled, tells nothing of the carrier's codes.
 */
export function decideByTrunk(rows: readonly TrunkVerdictRow[], evidence: HangUpEvidence): Verdict | null {
  if (evidence.answered || evidence.endedByUs !== null) return null;
  const row = rows.find((each) => matches(each, evidence));
  if (row === undefined) return null;
  return {
    reason: row.reason,
    fault: row.fault,
    retryable: row.reason !== 'invalid_number',
    sipCode: evidence.sipCode,
    q850Cause: evidence.q850Cause,
  };
}

function matches(row: TrunkVerdictRow, evidence: HangUpEvidence): boolean {
  return (
    (row.sipCode === null || row.sipCode === evidence.sipCode) &&
    (row.q850Cause === null || row.q850Cause === evidence.q850Cause) &&
    (row.after === null || row.after === stageOf(evidence))
  );
}
