import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { InMemoryMissedCalls } from '../support/in-memory-missed-calls.ts';
import { describeMissedCalls } from '../support/missed-calls-contract.ts';
import { sampleIds } from '../support/sample-call.ts';

describeMissedCalls('in memory', () => {
  const ledger = new InMemoryLedger();
  const missedCalls = new InMemoryMissedCalls(ledger, sampleIds);
  return Promise.resolve({
    ledger,
    missedCalls,
    events: () => Promise.resolve(missedCalls.events),
    optIns: () =>
      Promise.resolve(
        missedCalls.optIns.map(({ person, list, proof }) => ({ person, list, source: proof.source })),
      ),
  });
});
