/** Why an attempt ended: for what reason, whose fault, and whether another try may help. */
export interface Verdict {
  reason: VerdictReason;
  fault: Fault;
  retryable: boolean;
  sipCode: number | null;
  q850Cause: number | null;
}

export const verdictReasons = [
  'answered',
  'no_answer',
  'busy',
  'rejected',
  'unreachable',
  'invalid_number',
  'machine',
  'congestion',
  'trunk_failure',
  'cancelled',
  'lost',
] as const;
export type VerdictReason = (typeof verdictReasons)[number];

export type Fault = 'none' | 'callee' | 'carrier' | 'configuration' | 'gateway' | 'unknown';

/** What is known of why a leg ended; the verdict is made from it. */
export interface HangUpEvidence {
  answered: boolean;
  /** 180 was seen. */
  rang: boolean;
  /** 183 was seen: sound before the answer. */
  progressed: boolean;
  sipCode: number | null;
  q850Cause: number | null;
  /** It ended because we ended it: by a time limit of ours, or by `hangUp`. */
  endedByUs: 'setup_timeout' | 'ring_timeout' | 'hang_up' | null;
}

/** How far an unanswered attempt came. */
export type Stage = 'ringing' | 'progress_only' | 'silence';

/** Sound before ringing does not matter once it rang. */
export function stageOf(evidence: HangUpEvidence): Stage {
  if (evidence.rang) return 'ringing';
  return evidence.progressed ? 'progress_only' : 'silence';
}
