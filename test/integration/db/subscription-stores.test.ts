import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createOptInStore } from '../../../src/db/opt-in-store.ts';
import { createOptOutStore } from '../../../src/db/opt-out-store.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { SubscriptionRow } from '../../../src/workflows/subscription-use-cases.ts';
import { createSubscriptionUseCases } from '../../../src/workflows/manage-subscriptions.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleIds } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());

const asha = '+919876543210';
const clock = { now: () => 1_800_000_000_000, setTimer: () => ({ cancel: () => undefined }) };
const stores = { database: test.database, vault: test.vault, onDeliveries: () => undefined };
const useCases = createSubscriptionUseCases({
  campaigns: { get: () => Promise.resolve(null) },
  liveCalls: { withdraw: () => undefined },
  ...{ optIns: createOptInStore(stores), optOuts: createOptOutStore(stores), clock, ids: sampleIds },
  ...{ personOf: (number) => test.vault.personOf(number), missedCalls: { list: () => Promise.resolve([]) } },
});
const ledger = createPostgresLedger(test);

async function eventTypes(): Promise<string[]> {
  const rows = await test.database.query.selectFrom('events').select('type').orderBy('id').execute();
  return rows.map(({ type }) => type);
}

async function* rows(...given: Omit<Extract<SubscriptionRow, { to: string }>, 'line' | 'at' | 'member'>[]) {
  for (const [index, row] of given.entries())
    yield await Promise.resolve({ line: index + 2, at: null, member: null, ...row });
}

describe('opt-outs', () => {
  it('are recorded once for a person and scope, and reported once', async () => {
    const first = await useCases.optOut({ to: asha, scope: 'list:a' });
    const again = await useCases.optOut({ to: asha, scope: 'list:a' });
    expect([first.result, again.result]).toEqual(['recorded', 'already_there']);
    expect(again).toMatchObject({
      optOut: { optOut: { id: 'optOut' in first ? first.optOut.optOut.id : '' } },
    });
    expect(await ledger.optOuts(test.vault.personOf(asha))).toEqual(['list:a']);
    expect(await eventTypes()).toEqual(['opt_out.recorded']);
  });

  it.each([
    [{ to: '9876543210', scope: 'all' }, '/to'],
    [{ to: asha, scope: 'everything' }, '/scope'],
    [{ to: asha, scope: 'campaign:1' }, '/scope'],
    [{ to: asha, scope: `campaign:${sampleIds.newId('cmp')}` }, '/scope'],
    [{ to: asha, scope: 'list:' }, '/scope'],
  ])('%j are refused at %s', async (request, pointer) => {
    expect(await useCases.optOut(request)).toMatchObject({ result: 'invalid', faults: [{ pointer }] });
    expect(await eventTypes()).toEqual([]);
  });

  it('that were deleted bind no more, and stay on record with who deleted them', async () => {
    const made = await useCases.optOut({ to: asha, scope: 'all' });
    const id = 'optOut' in made ? made.optOut.optOut.id : sampleIds.newId('opo');
    expect(await useCases.deleteOptOut({ id, by: 'office' })).toBe('deleted');
    expect(await useCases.deleteOptOut({ id, by: 'office' })).toBe('not_found');
    expect(await ledger.optOuts(test.vault.personOf(asha))).toEqual([]);
    const kept = await test.database.query.selectFrom('lifted_opt_outs').selectAll().execute();
    expect(kept).toMatchObject([{ id, scope: 'all', source: 'api', lifted_by: 'office' }]);
    expect(await eventTypes()).toEqual(['opt_out.recorded', 'opt_out.deleted']);
  });

  it('are imported: what is there already is left, and a bad row refuses no good one', async () => {
    await useCases.optOut({ to: asha, scope: 'all' });
    const report = await useCases.importOptOuts(
      rows(
        { to: asha, scopeOrList: 'all' },
        { to: 'x', scopeOrList: 'all' },
        { to: '+919876543211', scopeOrList: 'list:b' },
      ),
    );
    expect(report).toMatchObject({
      accepted: 1,
      alreadyThere: 1,
      rejected: 1,
      errors: [{ line: 3, pointer: '/to' }],
    });
    const listed = await useCases.listOptOuts({ limit: 10, scope: 'list:b' });
    expect(listed).toMatchObject([{ number: '+919876543211', optOut: { source: 'import' } }]);
  });
});

describe('opt-ins', () => {
  it('are imported, listed by list, and tell of an opt-out that came since', async () => {
    await useCases.importOptIns(rows({ to: asha, scopeOrList: 'a' }, { to: asha, scopeOrList: 'b' }));
    expect(await eventTypes()).toEqual(['opt_in.recorded', 'opt_in.recorded']);
    await useCases.optOut({ to: asha, scope: 'list:a' });
    const of = async (list: string) => (await useCases.listOptIns({ limit: 10, list }))[0];
    expect(await of('a')).toMatchObject({
      number: asha,
      optedOutAt: clock.now(),
      optIn: { proof: { source: 'import' } },
    });
    expect(await of('b')).toMatchObject({ optedOutAt: null });
    expect(await useCases.listOptIns({ limit: 10, since: clock.now() + 1 })).toEqual([]);
  });
});
