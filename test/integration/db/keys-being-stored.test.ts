import { afterAll, expect, it } from 'vitest';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { withClient } from '../../../src/db/run-query.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

it('a repeat that comes while its call is being stored, by whatever process, is told so', async () => {
  const ledger = createPostgresLedger(test);
  const ofAnotherProcess = createPostgresLedger(test);
  const idempotency = { owner: 'owner', key: 'key', bodyHash: 'hash' };
  const acceptance = sampleAcceptance({ idempotency, reply: 'the reply' });
  const { id: callId } = acceptance.transition.call;
  const older = sampleAcceptance({});
  await ledger.accept(older);

  const storing = await withClient(test.database.bulk, async (holder) => {
    await holder.query('begin');
    // until this is taken back, whoever stores the same key waits in the middle of its statement
    await holder.query(
      `insert into idempotency_keys (owner, key, body_hash, call_id, reply, created_at) values ('owner', 'key', '', $1, '', now())`,
      [older.transition.call.id],
    );
    const accepting = ledger.accept(acceptance);
    const waiting = `select from pg_locks where locktype = 'transactionid' and not granted`;
    await expect
      .poll(async () => (await holder.query(waiting)).rowCount, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(await ofAnotherProcess.acceptedBefore(idempotency)).toEqual({ result: 'still_running' });
    expect(await ofAnotherProcess.acceptedBefore({ ...idempotency, key: 'another' })).toBeNull();
    await holder.query('rollback');
    return { result: await accepting };
  });

  expect(storing.result).toEqual({ result: 'accepted' });
  expect(await ofAnotherProcess.acceptedBefore(idempotency)).toEqual({
    ...{ result: 'replayed', callId, reply: 'the reply' },
  });
});
