import type { TransferResult } from '../flows/transfer.ts';
import type { PersonHash } from './call.ts';

/** An agent of a queue, as far as legs of ours tell. */
export interface SeenAgent {
  agent: PersonHash;
  /** A leg of ours rings there or talks, be it for whom it may: nobody else calls them now. */
  isEngaged: boolean;
  /** How the last leg to them ended, be it for whom it may; null where there was none. `as` is null where nobody saw the end. */
  left: { at: number; as: TransferResult | null } | null;
  /** How often they were called for this person's waiting. */
  calls: number;
}

export type NextAgent =
  /** The first one who can be had, in this order. */
  | { do: 'call'; agents: readonly SeenAgent[] }
  /** All are engaged, or were called a moment ago; one of them may be called in time. */
  | { do: 'wait' }
  /** Nobody can be called any more before the person has waited for long enough. */
  | { do: 'end'; result: TransferResult };

/** So long an agent is left alone after a leg that ended so, by all who wait. */
const restMs: Record<TransferResult, number> = {
  // a breath after a talk
  talked: 5_000,
  caller_hung_up: 5_000,
  abandoned: 5_000,
  // Many mobiles say «busy» where somebody declined by hand.
  busy: 20_000,
  no_answer: 30_000,
  closed: 30_000,
  failed: 30_000,
  lost: 30_000,
};
/** Nobody runs to a phone for less. */
const shortestRingMs = 3_000;

/**
 * Whom of a queue to call for a person who waits until then: of those who were called least for this person (so each once a round), who was left alone
 * longest. Who is engaged by us or was called a moment ago is passed over.
 */
export function chooseAgent(
  seen: readonly SeenAgent[],
  { now, until }: { now: number; until: number },
): NextAgent {
  const lastStart = until - shortestRingMs;
  const free = seen.filter((agent) => !agent.isEngaged && restsUntil(agent) <= now);
  if (now <= lastStart && free.length > 0) return { do: 'call', agents: free.toSorted(byTurn) };
  const mayCome = ({ isEngaged, ...agent }: SeenAgent): boolean =>
    isEngaged ? now < lastStart : restsUntil(agent) <= lastStart;
  return now < lastStart && seen.some(mayCome) ? { do: 'wait' } : { do: 'end', result: resultOf(seen, now) };
}

/** Of a queue that joined nobody: somebody who is engaged is there, who does not pick up is not; all others could not be reached. */
export function resultOf(seen: readonly SeenAgent[], now: number): TransferResult {
  const counts = (agent: SeenAgent, ...endings: (TransferResult | null)[]): boolean =>
    (agent.calls > 0 || restsUntil(agent) > now) && endings.includes(agent.left?.as ?? null);
  if (seen.some((agent) => agent.isEngaged || counts(agent, 'busy', 'talked'))) return 'busy';
  return seen.some((agent) => counts(agent, 'no_answer', 'caller_hung_up', 'abandoned'))
    ? 'no_answer'
    : 'failed';
}

function restsUntil({ left }: Pick<SeenAgent, 'left'>): number {
  return left === null ? -Infinity : left.at + restMs[left.as ?? 'lost'];
}

/** Sorting is stable: those who never were called stay in the order of the flow. */
function byTurn(one: SeenAgent, other: SeenAgent): number {
  return one.calls - other.calls || leftAt(one) - leftAt(other) || 0;
}

function leftAt({ left }: SeenAgent): number {
  return left?.at ?? -Infinity;
}
