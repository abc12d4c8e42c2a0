import { expect, it } from 'vitest';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { assert } from '../../src/lib/assert.ts';
import { InMemoryLedger } from '../support/in-memory-ledger.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { personOf } from '../support/simulated-gateway.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';

const people = 1_000;
/** All are dialled within so long: the pace of 250 a second reserves their instants ahead of them. */
const spreadMs = 5_000;

it('leaves no INVITE after an opt-out, though 1,000 are committed while their calls are claimed', async () => {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const random = new SeededRandom(7);
  const optedOutAt = new Map<string, number>();
  const invitedAt = new Map<string, number>();
  const trunk = { ...simulatorTrunk, channels: people, callsPerSecond: 250 };
  const gateway = await startQuietGateway({
    ...{ clock, ledger, trunks: [trunk] },
    onDial: ({ endpoint }) => invitedAt.set(/\+\d+/.exec(endpoint)?.[0] ?? '', clock.now()),
  });
  const numbers = Array.from({ length: people }, (_, index) => `+919000${String(170_000 + index)}`);
  for (const to of numbers) {
    const body = { to, flow: 'quiz', variables: { name: 'Asha' }, retry: { max_attempts: 1 } };
    const accepted = await gateway.accept({ key: to, body });
    assert(accepted.result === 'accepted', 'the call is accepted');
    clock.setTimer(Math.floor(random.next() * spreadMs), () => {
      ledger.optOut(personOf(to), 'all');
      optedOutAt.set(to, clock.now());
    });
  }
  await clock.advanceBy(10 * 60_000);
  expect(optedOutAt.size).toBe(people);
  const late = numbers.filter((to) => (invitedAt.get(to) ?? 0) > (optedOutAt.get(to) ?? 0));
  expect(late).toEqual([]);
  // the race was one: many were dialled before they said no, and many were not dialled any more
  expect(invitedAt.size).toBeGreaterThan(people / 10);
  expect(invitedAt.size).toBeLessThan((people * 9) / 10);
}, 60_000);
