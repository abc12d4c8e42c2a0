import { afterAll, afterEach, expect, it } from 'vitest';
import { createGatewayBus, type GatewayBus, type News } from '../../../src/db/gateway-bus.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

interface Listener {
  bus: GatewayBus;
  heard: News[];
}
const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ bus }) => bus.stop()));
});

const everything = { calls: true, deliveries: true, campaigns: true, keys: true, leases: true };

/** One that listens already. */
async function listen(gateway: string, hasOthers = true): Promise<Listener> {
  const heard: News[] = [];
  const bus = createGatewayBus({
    ...{ connection: test.connection, gateway, clock: systemClock, log: silentLog },
    hasOthers: () => hasOthers,
    onNews: (news) => heard.push(news),
  });
  open.push({ bus, heard });
  await expect.poll(() => heard).toEqual([everything]);
  heard.length = 0;
  return { bus, heard };
}

it('brings news to the others, and not to who told them', async () => {
  const [a, b, c] = [await listen('a'), await listen('b'), await listen('c')];
  const end = sampleIds.newId('att');
  a.bus.tell({ ends: [end] });
  await expect.poll(() => [b.heard, c.heard]).toEqual([[{ ends: [end] }], [{ ends: [end] }]]);
  b.bus.tell({ leases: true });
  await expect
    .poll(() => [a.heard, c.heard.slice(1)])
    .toEqual([[{ leases: true, ends: [] }], [{ leases: true, ends: [] }]]);
  expect(b.heard).toHaveLength(1);
});

it('brings what comes together together, and nothing where nobody is there', async () => {
  const [a, b, alone] = [await listen('a'), await listen('b'), await listen('alone', false)];
  alone.bus.tell({ calls: true });
  for (let count = 0; count < 1_000; count += 1) a.bus.tell({ calls: true });
  a.bus.tell({ campaigns: true });
  await expect.poll(() => b.heard.some(({ campaigns }) => campaigns)).toBe(true);
  expect(b.heard).toEqual([
    { calls: true, ends: [] },
    { calls: true, campaigns: true, ends: [] },
  ]);
});

it('brings as many ends as fit', async () => {
  const [a, b] = [await listen('a'), await listen('b')];
  const ends: AttemptId[] = Array.from({ length: 1_000 }, () => sampleIds.newId('att'));
  a.bus.tell({ ends });
  await expect.poll(() => b.heard).toEqual([{ ends: ends.slice(0, 200) }]);
});

it('listens again when its connection broke, and takes everything for possible then', async () => {
  const [a, b] = [await listen('a'), await listen('b')];
  await test.database.hot.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ivrs-gateway news' and datname = current_database()`,
  );
  await expect.poll(() => [a.heard, b.heard]).toEqual([[everything], [everything]]);
  a.bus.tell({ calls: true });
  await expect.poll(() => b.heard.slice(1)).toEqual([{ calls: true, ends: [] }]);
});

it('ends though there is no server, and takes no harm from what it is told after that', async () => {
  const bus = createGatewayBus({
    ...{ connection: { host: '127.0.0.1', port: 1 }, gateway: 'a', clock: systemClock, log: silentLog },
    hasOthers: () => true,
    onNews: () => undefined,
  });
  bus.tell({ calls: true });
  await bus.stop();
  bus.tell({ calls: true });
});
