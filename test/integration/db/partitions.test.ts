import { afterAll, expect, it } from 'vitest';
import { listDeliveries } from '../../../src/db/delivery-list.ts';
import { createDeliveryQueue } from '../../../src/db/delivery-queue.ts';
import { dayMs, dayOf } from '../../../src/db/event-day.ts';
import { maintainPartitions } from '../../../src/db/partitions.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createWebhookEndpointStore } from '../../../src/db/webhook-endpoint-store.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance, sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

it('keeps the day of a delivery that is pending past its retention, until that is settled', async () => {
  const endpoints = createWebhookEndpointStore(test.database, test.vault);
  const queue = createDeliveryQueue(test.database, test.vault);
  const now = Date.now();
  await maintainPartitions(test.database, { now, retentionDays: 30 });
  const endpoint = { url: 'https://receiver.example/', eventTypes: null, numbers: 'masked' } as const;
  const id = sampleIds.newId('whe');
  const told = { description: null, disabledReason: null, createdAt: now, secret: 'whsec_x' };
  await endpoints.create({ id, ...endpoint, ...told });
  await createPostgresLedger(test).accept(sampleAcceptance({ at: now }));
  const [{ day } = { day: '' }] = (
    await test.database.hot.query<{ day: string }>(
      `select to_char(day, 'YYYYMMDD') as day from deliveries group by day`,
    )
  ).rows;
  expect(day).toMatch(/^\d{8}$/);
  const later = { now: now + 32 * dayMs, retentionDays: 30 };
  const expired = [`events_${day}`, `settled_deliveries_${day}`];

  const first = await maintainPartitions(test.database, later);
  expect(first.dropped).toContain(`events_${dayOf(now - dayMs).replaceAll('-', '')}`);
  expect(first.dropped.filter((name) => expired.includes(name))).toEqual([]);
  const claim = { now: later.now, leaseMs: 20_000, limit: 10, perEndpoint: 10, except: [] };
  expect(await queue.claimDeliveries(claim)).toHaveLength(1);
  expect(await endpoints.delete(id)).toBe('deleted');
  expect(await listDeliveries(test.database, { limit: 10 })).toMatchObject([{ state: 'dead' }]);

  const second = await maintainPartitions(test.database, later);
  expect(second.dropped.toSorted()).toEqual(expired);
});
