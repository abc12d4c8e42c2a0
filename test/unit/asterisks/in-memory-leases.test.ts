import { InMemoryLeases } from '../../support/in-memory-leases.ts';
import { testLeaseContract } from '../../support/lease-contract.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

testLeaseContract('in memory', () => {
  const clock = new VirtualClock();
  const leases = new InMemoryLeases(clock);
  return Promise.resolve({
    leases,
    pass: (durationMs) => clock.advanceBy(durationMs),
    restartDatabase: () => void (leases.startedAt = clock.now()),
    close: () => Promise.resolve(),
  });
});
