import type { Ledger } from '../db/ledger.ts';
import type { Call } from '../domain/calls/call.ts';
import { blockingOptOut } from '../domain/calls/dialling-rules.ts';
import { blockedByCap, capThatBinds, fitsFrom, type FrequencyCap } from '../domain/calls/frequency-cap.ts';

export interface FindBlockDependencies {
  ledger: Pick<Ledger, 'optOuts' | 'rangAt'>;
  policy: { frequencyCap: FrequencyCap | null };
}

/**
 * What forbids a call that is about to be accepted, for its `blocked_by`; null where nothing does. Whoever is over the cap at the instant at which
 * they would be called is told so at once, while there is time for another way to reach them.
 */
export async function findBlock(deps: FindBlockDependencies, call: Call): Promise<string | null> {
  const optOut = blockingOptOut(call, await deps.ledger.optOuts(call.person));
  const cap = capThatBinds(call, deps.policy.frequencyCap);
  if (optOut !== null || cap === null || !('nextAttemptAt' in call.state)) return optOut;
  const at = call.state.nextAttemptAt;
  const rangAt = await deps.ledger.rangAt(call.person, at - cap.periodMs);
  return fitsFrom(cap, { rangAt, at }) > at ? blockedByCap : null;
}
