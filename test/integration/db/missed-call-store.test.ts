import { afterAll } from 'vitest';
import { createMissedCallStore } from '../../../src/db/missed-call-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { StoredEvent } from '../../../src/domain/calls/call-event.ts';
import { createTestDatabase } from '../../support/database.ts';
import { describeMissedCalls } from '../../support/missed-calls-contract.ts';
import { sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

describeMissedCalls('on PostgreSQL', async () => {
  await test.clear();
  const { query } = test.database;
  return {
    ledger: createPostgresLedger(test),
    missedCalls: createMissedCallStore({ ...test, ids: sampleIds, onDeliveries: () => undefined }),
    events: async () =>
      (await query
        .selectFrom('events')
        .selectAll()
        .where('call_id', 'is', null)
        .orderBy('id')
        .execute()) as unknown as StoredEvent[],
    optIns: () => query.selectFrom('opt_ins').select(['person', 'list', 'source']).orderBy('id').execute(),
  };
});
