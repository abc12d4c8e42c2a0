import { afterAll, expect, it } from 'vitest';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { GatewayId, Lease } from '../../../src/domain/asterisks/lease.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { paceOf } from '../../../src/domain/calls/pace.ts';
import { openDatabase } from '../../../src/db/database.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
} from '../../support/sample-call.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLog } from '../../support/silent-log.ts';

const test = await createTestDatabase();
const otherDatabase = openDatabase({ connection: test.connection, log: silentLog });
afterAll(async () => {
  await otherDatabase.close();
  await test.drop();
});

/** Each gateway drives an Asterisk of its own. */
async function leaseOf(name: string): Promise<Lease> {
  const leases = createLeaseStore(test.database);
  const gateway = `gateway-${name}` as GatewayId;
  const seen = { asterisk: name, epoch: 0 };
  await leases.look({ gateway, knows: [name], drives: [], held: [] });
  const lease = await leases.take({ gateway, lease: seen, dead: [] });
  if (!lease) throw new Error('nobody else has it');
  return lease;
}

const t0 = 1_800_000_000_000;
const callsPerSecond = 7;
const channels = 12;

it('two gateways at one database keep one trunk’s pace in any sliding second, and its channels', async () => {
  const gateways = [
    { ledger: createPostgresLedger(test), lease: await leaseOf('one') },
    { ledger: createPostgresLedger({ ...test, database: otherDatabase }), lease: await leaseOf('two') },
  ];
  const [first] = gateways;
  const calls: Call[] = [];
  for (let each = 0; each < 120; each += 1) {
    const acceptance = sampleAcceptance({ at: t0 });
    await first?.ledger.accept(acceptance);
    calls.push(acceptance.transition.call);
  }
  const { spacingMs } = paceOf(callsPerSecond);
  const sentAt: number[] = [];
  let live = 0;
  const random = new SeededRandom(11);

  async function run({ ledger, lease }: (typeof gateways)[number]): Promise<void> {
    for (let now = t0; sentAt.length < 60; now += random.integer(0, 400)) {
      const claimed = await ledger.claim({
        ...{ trunk: 'carrier-a', lease, now, limit: random.integer(1, 5), channels, spacingMs },
        ...{ candidates: calls.map(({ id }) => id), reserveUntil: now + 1_000 },
        decide: (call, sendAt) => dialTransition(call, { sendAt, at: now }),
      });
      live += claimed.length;
      expect(live).toBeLessThanOrEqual(channels);
      for (const { call } of claimed) sentAt.push(lastAttempt(call).sendAt);
      for (const { call } of claimed) {
        if (!random.chance(0.7)) continue;
        live -= 1;
        await ledger.commit(noAnswerTransition(call, { at: now }));
      }
      if (live === channels) return;
    }
  }
  await Promise.all(gateways.map(run));

  expect(sentAt.length).toBeGreaterThan(20);
  expect(new Set(sentAt).size).toBe(sentAt.length);
  // however late each of them is, within what the pace allows
  const { latenessMs } = paceOf(callsPerSecond);
  const left = sentAt.map((at) => at + random.integer(0, latenessMs)).sort((one, other) => one - other);
  for (const from of left)
    expect(left.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(callsPerSecond);
});
