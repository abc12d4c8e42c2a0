import { afterAll, beforeEach, expect, it } from 'vitest';
import { createLeaseStore } from '../../../src/db/lease-store.ts';
import { createTrunkSetStore } from '../../../src/db/trunk-set-store.ts';
import type { GatewayId } from '../../../src/domain/asterisks/lease.ts';
import { parseTrunks } from '../../../src/domain/calls/trunk.ts';
import { TrunkAgreement } from '../../../src/workflows/agree-on-trunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { silentLog } from '../../support/silent-log.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const store = createTrunkSetStore(test.database);
const leases = createLeaseStore(test.database);
const dead = new Set<string>();

interface File {
  revision?: number;
  channels?: number;
  names?: string[];
}

/** A gateway with such a file. */
function gatewayOf(
  id: string,
  { revision = 0, channels = 30, names = ['carrier-a'] }: File = {},
): TrunkAgreement {
  const trunks = names.map((name) => ({
    ...{ name, endpoint: `PJSIP/{number}@${name}`, prefixes: ['+91'], channels, calls_per_second: 2.5 },
  }));
  const parsed = parseTrunks({ revision, trunks });
  if (parsed.result !== 'parsed') throw new Error('the trunks are valid');
  return new TrunkAgreement({
    ...{ store, gateway: id as GatewayId, log: silentLog, isDead: (other) => dead.has(other) },
    mine: { written: { revision, trunks }, set: parsed },
  });
}

async function problemsOf(...gateways: TrunkAgreement[]): Promise<(string | null)[]> {
  for (const gateway of gateways) await gateway.look();
  return gateways.map(({ problem }) => problem);
}

it('nobody dials before the trunks were compared', () => {
  expect(gatewayOf('a').problem).toMatch(/not compared yet/);
});

it('gateways with one file agree', async () => {
  const names = ['carrier-b', 'carrier-a'];
  expect(await problemsOf(gatewayOf('a', { names }), gatewayOf('b', { names }))).toEqual([null, null]);
  expect((await store.inForce())?.trunks.map(({ name }) => name)).toEqual(names);
});

it('of two that start at once with different files, one dials', async () => {
  const both = [gatewayOf('a'), gatewayOf('b', { channels: 60 })];
  await Promise.all(both.map((gateway) => gateway.look()));
  expect(both.map(({ problem }) => problem === null).toSorted()).toEqual([false, true]);
});

it('one whose file differs says how, and does not dial, until the others are gone', async () => {
  const [a, b] = [gatewayOf('a'), gatewayOf('b', { channels: 60 })];
  expect(await problemsOf(a, b)).toEqual([
    null,
    expect.stringMatching(/does not dial: trunk carrier-a: channels is 60 here and 30 in force\. Give all/),
  ]);
  await leases.leave('a' as GatewayId);
  expect(await problemsOf(b)).toEqual([null]);
});

it('or are known to be dead', async () => {
  await problemsOf(gatewayOf('a'));
  const b = gatewayOf('b', { channels: 60 });
  expect(await problemsOf(b)).toEqual([expect.stringMatching(/does not dial/)]);
  dead.add('a');
  expect(await problemsOf(b)).toEqual([null]);
  dead.clear();
});

it('a file with a higher revision comes into force, and the others stop until they have it', async () => {
  const [a, b] = [gatewayOf('a', { revision: 1 }), gatewayOf('b', { revision: 2, channels: 60 })];
  expect(await problemsOf(a, b, a)).toEqual([
    expect.stringMatching(/30 here and 60 in force/),
    null,
    expect.anything(),
  ]);
  expect(await problemsOf(gatewayOf('a', { revision: 2, channels: 60 }))).toEqual([null]);
  expect(await problemsOf(b)).toEqual([null]);
});

it('what a newer version put in force is not judged by an older one', async () => {
  await problemsOf(gatewayOf('a'));
  await test.database.hot.query(
    `update trunk_definitions set definition = definition || '{"colour": "red"}'`,
  );
  expect(await problemsOf(gatewayOf('b'))).toEqual([
    expect.stringMatching(/another version of this program/),
  ]);
});
