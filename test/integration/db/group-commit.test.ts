import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { MadeDeliveries } from '../../../src/domain/webhooks/delivery.ts';
import type { Ledger } from '../../../src/db/ledger.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createTestDatabase } from '../../support/database.ts';
import { dialTransition, sampleAcceptance, sampleNumber } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());

describe('moves that are asked for at once', () => {
  let ledger: Ledger;
  let made: MadeDeliveries[];
  beforeEach(async () => {
    await test.clear();
    made = [];
    ledger = createPostgresLedger({ ...test, onDeliveries: (deliveries) => made.push(deliveries) });
  });

  async function acceptedCalls(count: number, number?: string) {
    const acceptances = Array.from({ length: count }, () =>
      sampleAcceptance(number === undefined ? {} : { number }),
    );
    await Promise.all(acceptances.map((each) => ledger.accept(each)));
    return acceptances.map((each) => each.transition.call);
  }

  async function transactions(): Promise<number> {
    const { rows } = await test.database.hot.query<{ count: number }>(
      `select count(distinct xid)::int as count from events where type = 'call.attempt_started'`,
    );
    return rows[0]?.count ?? 0;
  }

  it('share a transaction: the first goes alone, those that wait for it go together', async () => {
    const calls = await acceptedCalls(50);
    await Promise.all(calls.map((call) => ledger.commit(dialTransition(call))));
    expect(await transactions()).toBe(2);
  });

  it('fill no more than one statement at a time', async () => {
    const calls = await acceptedCalls(140);
    await Promise.all(calls.map((call) => ledger.commit(dialTransition(call))));
    expect(await transactions()).toBe(1 + 3);
  });

  it('are each tried alone when one of them is refused', async () => {
    const calls = [...(await acceptedCalls(9)), ...(await acceptedCalls(2, sampleNumber()))];
    const results = await Promise.all(calls.map((call) => ledger.commit(dialTransition(call))));
    expect(results.filter((result) => result === 'committed')).toHaveLength(10);
    expect(results.slice(0, 9)).not.toContain('lost_race');
  });

  it('hear by themselves of a bug in what one of them brought', async () => {
    const [good, bad, other] = await acceptedCalls(3);
    const broken = dialTransition(bad!);
    broken.events[0]!.body = 'a NUL: \0';
    const results = await Promise.allSettled([
      ledger.commit(dialTransition(good!)),
      ledger.commit(broken),
      ledger.commit(dialTransition(other!)),
    ]);
    expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ledger.call(bad!.id)).toStrictEqual(bad);
  });

  it('wake whoever sends, and say whether there is something to send', async () => {
    const [call] = await acceptedCalls(1);
    expect(made).toEqual([]);
    await ledger.commit(dialTransition(call!));
    expect(made).toEqual([]);
  });
});
