import type { Lease } from '../domain/asterisks/lease.ts';
import type { Call } from '../domain/calls/call.ts';
import type { Ledger } from '../db/ledger.ts';

/**
 * The ledger as a call sees it that came in: its first move is what brings it on record. Where that is refused, since somebody else holds the lease
 * by now, or has the leg on record as a missed call, the call is as good as another gateway's.
 *
 * @param of.number of the caller, for the vault; null where they show none
 */
export function admittingLedger(
  ledger: Pick<Ledger, 'commit' | 'call' | 'admit' | 'isUnsent'>,
  of: { draft: Call; number: string | null; lease: Lease },
): Pick<Ledger, 'commit' | 'call' | 'isUnsent'> {
  const { draft, number, lease } = of;
  let isRefused = false;
  return {
    async commit(transition) {
      if (transition.from.revision > 0) return ledger.commit(transition);
      const result = await ledger.admit({ transition, number, lease });
      isRefused = result === 'lost_race';
      return result;
    },
    isUnsent: (attempt) => ledger.isUnsent(attempt),
    call: async (id) => (await ledger.call(id)) ?? (isRefused ? attendedElsewhere(draft) : null),
  };
}

function attendedElsewhere(draft: Call): Call {
  return { ...draft, attempts: draft.attempts.map((attempt) => ({ ...attempt, epoch: Infinity })) };
}
