import { afterAll, expect, it } from 'vitest';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import type { Ledger } from '../../../src/db/ledger.ts';
import { createOptInStore } from '../../../src/db/opt-in-store.ts';
import { createOptOutStore } from '../../../src/db/opt-out-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { GatewayId } from '../../../src/domain/asterisks/lease.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import type { CallId } from '../../../src/domain/ids.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createSubscriptionUseCases } from '../../../src/workflows/manage-subscriptions.ts';
import { startQuietGateway } from '../../simulation/quiet-gateway.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { personOf } from '../../support/simulated-gateway.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

const people = 1_000;
/** An instant is reserved up to a second ahead of the INVITE, so an opt-out comes before the claim, in it, before the dial, or after. */
const spreadMs = 1_200;

const numbers = Array.from({ length: people }, (_, index) => `+919000${String(170_000 + index)}`);
const random = new SeededRandom(7);

/** What happened to a person, each as its place in the order of all that happened in this process. */
interface Told {
  number: string;
  /** The opt-out was acknowledged, and so committed. */
  saidNoAt: number;
  /** The request to dial left. */
  dialledAt: number;
}
const told = new Map(
  numbers.map((number): [string, Told] => [
    personOf(number),
    { number, saidNoAt: Infinity, dialledAt: Infinity },
  ]),
);
let happened = 0;
const toldOf = (person: string): Told => {
  const found = told.get(person);
  if (found === undefined) throw new Error('nobody of the test');
  return found;
};

/** People are known as the simulated gateway knows them. */
const vault = { ...test.vault, personOf };
const stores = { ...test, vault, onDeliveries: () => undefined };
type OptOut = ReturnType<typeof createSubscriptionUseCases>['optOut'];

/** Everybody says no around the moment at which their call is claimed first. */
function racing(ledger: Ledger, optOut: OptOut): { ledger: Ledger; said: Promise<void>[] } {
  const said: Promise<void>[] = [];
  const seen = new Set<CallId>();
  const sayNo = async (id: CallId): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, random.next() * spreadMs));
    const call = await ledger.call(id);
    const person = toldOf(call?.person ?? '');
    expect(await optOut({ to: person.number, scope: 'all' })).toMatchObject({ result: 'recorded' });
    person.saidNoAt = ++happened;
  };
  return {
    said,
    ledger: {
      ...ledger,
      claim(request) {
        const first = request.candidates.filter((id) => !seen.has(id));
        for (const id of first) said.push(sayNo(id));
        for (const id of first) seen.add(id);
        return ledger.claim(request);
      },
    },
  };
}

async function holdLease(): Promise<void> {
  const leases = createLeaseStore(test.database);
  const gateway = 'gateway-1' as GatewayId;
  await leases.look({ gateway, knows: ['simulator'], drives: [], held: [] });
  expect(await leases.take({ gateway, lease: { asterisk: 'simulator', epoch: 0 }, dead: [] })).toMatchObject({
    epoch: 1,
  });
}

it('leaves no request to dial after an opt-out, though 1,000 are committed while their calls are claimed', async () => {
  await holdLease();
  const useCases = createSubscriptionUseCases({
    campaigns: { get: () => Promise.resolve(null) },
    ...{ optIns: createOptInStore(stores), optOuts: createOptOutStore(stores), clock: systemClock },
    ...{ personOf, ids: sampleIds, missedCalls: { list: () => Promise.resolve([]) } },
    liveCalls: { withdraw: (made) => gateway.runner.liveCalls.withdraw(made) },
  });
  const { ledger, said } = racing(createPostgresLedger({ ...test, vault }), (asked) =>
    useCases.optOut(asked),
  );
  const gateway = await startQuietGateway({
    ...{ clock: systemClock, ledger },
    trunks: [{ ...simulatorTrunk, channels: people, callsPerSecond: 250 }],
    onDial({ endpoint }) {
      toldOf(personOf(/\+\d+/.exec(endpoint)?.[0] ?? '')).dialledAt = ++happened;
    },
  });
  const accepted = numbers.map((to) => {
    const body = {
      ...{ to, flow: 'quiz', variables: { name: 'Asha' }, retry: { max_attempts: 1 } },
      calling_hours: { start: '00:00', end: '24:00' },
    };
    return gateway.accept({ key: to, body });
  });
  for (const each of await Promise.all(accepted)) expect(each).toMatchObject({ result: 'accepted' });
  const open = () =>
    test.database.query.selectFrom('calls').select('id').where('outcome', 'is', null).execute();
  await expect.poll(open, { timeout: 60_000, interval: 200 }).toEqual([]);
  await Promise.all(said);
  await gateway.stop();

  const everybody = [...told.values()];
  expect(everybody.filter(({ saidNoAt }) => saidNoAt === Infinity)).toEqual([]);
  expect(everybody.filter(({ dialledAt, saidNoAt }) => dialledAt < Infinity && dialledAt > saidNoAt)).toEqual(
    [],
  );
  // the race was one: some were dialled before they said no, and some were not dialled any more
  const dialled = everybody.filter(({ dialledAt }) => dialledAt < Infinity);
  expect(dialled.length).toBeGreaterThan(0);
  expect(dialled.length).toBeLessThan(people);
}, 90_000);
