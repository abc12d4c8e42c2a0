import type { Attempt, Outcome } from './call.ts';
import type { VerdictReason } from './verdict.ts';

/** All that the outcome of a call that ends now depends on. */
export interface CallAtItsEnd {
  completed: boolean;
  optedOut: boolean;
  cancelled: boolean;
  /** On an opt-out list, or over a cap. */
  blocked: boolean;
  /** `notAfter` passed while an attempt was still to be made. */
  expired: boolean;
  /** It could not be carried out at all, e.g. a prompt could not be made. */
  failed: boolean;
  attempts: readonly Pick<Attempt, 'answeredAt' | 'ended'>[];
}

/** The first that applies wins; where none does, the last attempt's. */
export function decideOutcome(call: CallAtItsEnd): Outcome {
  if (call.completed) return 'completed';
  if (call.optedOut) return 'opted_out';
  if (call.cancelled) return 'cancelled';
  if (call.attempts.some(wasPerson)) return 'partial';
  if (call.attempts.some(isUnproven)) return 'unknown';
  if (call.blocked) return 'blocked';
  if (call.expired) return 'expired';
  const last = call.attempts.at(-1)?.ended;
  if (call.failed || last === undefined || last === null) return 'trunk_failure';
  return outcomeOf[last.verdict.reason];
}

/** Whether a person was reached. A cancelled call stays as it was. */
export function isReached(outcome: Outcome, attempts: CallAtItsEnd['attempts']): boolean {
  switch (outcome) {
    case 'completed':
    case 'partial':
    case 'opted_out':
      return true;
    case 'cancelled':
      return attempts.some(wasPerson);
    case 'no_answer':
    case 'busy':
    case 'rejected':
    case 'unreachable':
    case 'invalid_number':
    case 'machine':
    case 'trunk_failure':
    case 'blocked':
    case 'expired':
    case 'unknown':
      return false;
  }
}

/** Whether the phone was ever taken, be it by a machine. */
export function isAnswered(attempts: readonly Pick<Attempt, 'answeredAt'>[]): boolean {
  return attempts.some((attempt) => attempt.answeredAt !== null);
}

const outcomeOf: Record<VerdictReason, Outcome> = {
  answered: 'partial',
  no_answer: 'no_answer',
  busy: 'busy',
  rejected: 'rejected',
  unreachable: 'unreachable',
  invalid_number: 'invalid_number',
  machine: 'machine',
  congestion: 'trunk_failure',
  trunk_failure: 'trunk_failure',
  cancelled: 'cancelled',
  lost: 'unknown',
};

/** Somebody took the phone, and nothing says that it was a machine. */
function wasPerson(attempt: CallAtItsEnd['attempts'][number]): boolean {
  const reason = attempt.ended?.verdict.reason;
  return reason === 'answered' || (attempt.answeredAt !== null && reason !== 'machine');
}

/** Nobody took the phone, as far as is known, and nobody knows whether it rang. */
function isUnproven(attempt: CallAtItsEnd['attempts'][number]): boolean {
  return attempt.ended?.verdict.reason === 'lost';
}
