import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createCampaignStore } from '../../../src/db/campaign-store.ts';
import { mendCampaignCalls } from '../../../src/db/mend-campaign-calls.ts';
import { migrations } from '../../../src/db/migrations/migrations.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { postpone } from '../../../src/domain/calls/call-moves.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleTransition,
} from '../../support/sample-call.ts';
import { running, sampleCampaign } from '../../support/sample-campaign.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const { hot } = test.database;
const ledger = createPostgresLedger(test);
const now = 1_800_000_000_000;

async function accepted(changes: Partial<Call> = {}): Promise<Call> {
  const acceptance = sampleAcceptance({ at: now, changes: { reference: null, ...changes } });
  await ledger.accept(acceptance);
  return acceptance.transition.call;
}

/** What the queue has and `calls` does not say, or the other way round. */
async function difference(): Promise<unknown[]> {
  const { rows } = await hot.query<Record<string, unknown>>(
    `with said as (
       select id as call_id, coalesce(campaign_id, '') as campaign, priority, status, next_attempt_at, not_after, person, trunk,
         split_part(to_masked, '*', 1) as country
       from calls where next_attempt_at is not null
     )
     (table said except table queue) union all (table queue except table said)`,
  );
  return rows;
}

async function waiting(): Promise<string[]> {
  const { rows } = await hot.query<{ call_id: string }>('select call_id from queue order by call_id');
  expect(await difference()).toEqual([]);
  return rows.map((row) => row.call_id);
}

describe('the queue has a row for each call that waits', () => {
  it('from when it is accepted until it is claimed, and again where it is to be tried again', async () => {
    const [one, other] = [await accepted(), await accepted({ priority: 'emergency', trunk: 'carrier-b' })];
    expect(await waiting()).toEqual([one.id, other.id]);
    const dialed = dialTransition(one, { at: now });
    await ledger.commit(dialed);
    expect(await waiting()).toEqual([other.id]);
    const again = noAnswerTransition(dialed.call, { at: now, retryAt: now + 60_000 });
    await ledger.commit(again);
    expect(again.call.state.status).toBe('waiting_retry');
    expect(await waiting()).toEqual([one.id, other.id]);
  });

  it('with the instant to which it was put off', async () => {
    const call = await accepted();
    const move = postpone(call, now + 5_000);
    if (move.result !== 'moved') throw new Error('it waits');
    await ledger.commit(sampleTransition(move, now));
    expect(await waiting()).toEqual([call.id]);
    expect((await ledger.dueCalls(now + 4_999, 10)).length).toBe(0);
    expect((await ledger.dueCalls(now + 5_000, 10)).map(({ id }) => id)).toEqual([call.id]);
  });

  it('with the end that its campaign was given, whatever else is mended', async () => {
    const endsAt = now + 3_600_000;
    const campaign = sampleCampaign({ state: running() });
    await createCampaignStore({ database: test.database, onDeliveries: () => undefined }).create(campaign);
    const calls = [await accepted({ campaignId: campaign.id }), await accepted({ campaignId: campaign.id })];
    const hours = { change: { start: '10:00' }, defaults: { start: '09:00', end: '21:00' } };
    const mended = { flow: null, hours, endsAt: { from: null, to: endsAt }, now };
    await mendCampaignCalls(test.database.query, campaign.id, mended);
    expect(await waiting()).toEqual(calls.map(({ id }) => id));
    const { rows } = await hot.query<{ not_after: number }>('select distinct not_after from queue');
    expect(rows).toEqual([{ not_after: endsAt }]);
    expect(await ledger.expiredCalls(endsAt, 10)).toHaveLength(2);
  });

  it('until it is removed', async () => {
    const call = await accepted();
    await hot.query('delete from calls where id = $1', [call.id]);
    expect(await waiting()).toEqual([]);
  });
});

/** So a claim, an answer and a key are updates within the page (HOT), however many calls have ended. */
it('leaves no index of calls that has anything to do with what a claim changes', async () => {
  const { rows } = await hot.query<{ definition: string }>(
    `select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'calls'::regclass`,
  );
  expect(rows.length).toBeGreaterThan(5);
  const changed = /\b(status|next_attempt_at|not_after|revision|sequence|session|progress)\b/;
  expect(rows.filter(({ definition }) => changed.test(definition))).toEqual([]);
});

it('has what waited when it was made', async () => {
  const calls = [await accepted(), await accepted()];
  await ledger.commit(dialTransition(await accepted(), { at: now }));
  const migration = migrations.find(({ name }) => name === '0021-queue');
  await hot.query(`drop table queue; drop trigger calls_join_the_queue on calls; drop trigger calls_move_in_the_queue on calls;
    drop trigger calls_leave_the_queue on calls; drop function queue_added; drop function queue_moved;
    create index calls_due on calls (id); create index calls_expiring on calls (id)`);
  await hot.query(migration?.sql ?? '');
  expect(await waiting()).toEqual(calls.map(({ id }) => id));
});
