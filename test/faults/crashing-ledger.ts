import { createPostgresLedger as create } from '../../src/db/postgres-ledger.ts';
import type { Ledger } from '../../src/db/ledger.ts';
import { crashHere } from './crash-here.ts';

/** Stands for `src/db/postgres-ledger.ts`, which it is but for the crashes. */
export function createPostgresLedger(...given: Parameters<typeof create>): Ledger {
  const ledger = create(...given);
  return {
    ...ledger,
    async accept(acceptance) {
      const result = await ledger.accept(acceptance);
      crashHere('accepted');
      return result;
    },
    async claim(request) {
      const claimed = await ledger.claim(request);
      if (claimed.length > 0) crashHere('claimed');
      return claimed;
    },
    async admit(admission) {
      const result = await ledger.admit(admission);
      if (result === 'committed') crashHere('admitted');
      return result;
    },
    async commit(transition) {
      const result = await ledger.commit(transition);
      const hasResponse = transition.events.some((event) => event.type === 'call.response_recorded');
      if (result === 'committed' && hasResponse) crashHere('response');
      return result;
    },
  };
}
