import { expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import type { Line, LineNumber } from '../../../src/domain/lines/line.ts';
import { LineBook } from '../../../src/workflows/line-book.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const line = (number: string) => ({ number: number as LineNumber }) as Line;

/** The database answers each look when it is let. */
function book() {
  const clock = new VirtualClock();
  const looks: PromiseWithResolvers<Line[]>[] = [];
  const lines = {
    all() {
      const look = Promise.withResolvers<Line[]>();
      looks.push(look);
      return look.promise;
    },
  };
  const under = new LineBook({ lines, clock });
  const numbers = async (): Promise<string[]> => [...(await under.all()).keys()];
  /** The first look found this line. */
  async function knows(number: string): Promise<void> {
    const found = numbers();
    looks[0]?.resolve([line(number)]);
    expect(await found).toEqual([number]);
  }
  return { under, clock, looks, numbers, knows };
}

it('looks once for all who ask at once, and again when that is old', async () => {
  const { clock, looks, numbers, knows } = book();
  await Promise.all([knows('+91141'), numbers()]);
  expect(await numbers()).toEqual(['+91141']);
  expect(looks).toHaveLength(1);
  await clock.advanceBy(2_000);
  const found = numbers();
  looks[1]?.resolve([line('+91142')]);
  expect(await found).toEqual(['+91142']);
});

it('goes on with what it knew last where the database is away', async () => {
  const { clock, looks, numbers, knows } = book();
  await knows('+91141');
  await clock.advanceBy(2_000);
  const found = numbers();
  looks[1]?.reject(new LedgerUnavailable('away'));
  expect(await found).toEqual(['+91141']);
});

it('and lets no caller wait where the database does not answer at all', async () => {
  const { clock, looks, numbers, knows } = book();
  await knows('+91141');
  await clock.advanceBy(2_000);
  const found = numbers();
  await clock.advanceBy(500);
  expect(await found).toEqual(['+91141']);
  looks[1]?.resolve([line('+91142')]);
  expect(await numbers()).toEqual(['+91142']);
  expect([looks.length, clock.pendingTimers]).toEqual([2, 0]);
});

it('knows nothing where the database was never there', async () => {
  const { looks, numbers } = book();
  const found = numbers();
  looks[0]?.reject(new LedgerUnavailable('away'));
  await expect(found).rejects.toThrow(LedgerUnavailable);
});

it('knows of a change that was made here, also while it was looking', async () => {
  const { under, clock, looks, numbers, knows } = book();
  await knows('+91141');
  await clock.advanceBy(2_000);
  const asked = numbers();
  under.forget();
  const askedAfter = numbers();
  looks[1]?.resolve([line('+91141')]);
  looks[2]?.resolve([]);
  expect([await asked, await askedAfter, await numbers()]).toEqual([['+91141'], [], []]);
  expect(looks).toHaveLength(3);
});
