import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventFeed } from '../../../src/db/event-feed.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { EventId } from '../../../src/domain/ids.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  answerTransition,
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
} from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const feed = createEventFeed(test.database);
const ledger = createPostgresLedger(test);

describe('the feed of events', () => {
  beforeEach(() => test.clear());

  async function page(after: EventId | null, limit = 1000) {
    const read = await feed.eventsAfter(after, limit);
    if (read.result === 'gone') throw new Error('the event is there');
    return read.events;
  }

  it('gives events exactly as they were stored, page by page', async () => {
    const acceptances = Array.from({ length: 5 }, () => sampleAcceptance());
    for (const acceptance of acceptances) await ledger.accept(acceptance);
    const stored = acceptances.flatMap((each) => each.transition.events);
    expect(await page(null)).toStrictEqual(stored);
    expect(await page(null, 2)).toStrictEqual(stored.slice(0, 2));
    expect(await page(stored[1]!.id, 2)).toStrictEqual(stored.slice(2, 4));
    expect(await page(stored[4]!.id)).toEqual([]);
  });

  it('says that an event is gone when there is none of that id', async () => {
    expect(await feed.eventsAfter(sampleIds.newId('evt'), 10)).toEqual({ result: 'gone' });
    expect(await feed.eventsAfter('evt_0000000000zzzzzzzzzzzzzzzz' as EventId, 10)).toEqual({
      result: 'gone',
    });
  });

  it('shows nothing that a running transaction may still precede', async () => {
    const writer = await test.database.hot.connect();
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await ledger.accept(sampleAcceptance());
    expect(await page(null)).toEqual([]);
    await writer.query('commit');
    writer.release();
    expect(await page(null)).toHaveLength(1);
  });

  it('is not held up by a transaction of another database on the same server', async () => {
    const other = await createTestDatabase();
    const writer = await other.database.hot.connect();
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await ledger.accept(sampleAcceptance());
    expect(await page(null)).toHaveLength(1);
    await writer.query('commit');
    writer.release();
    await other.drop();
  });

  it('loses nothing and changes no order for a reader beside 15 writers', async () => {
    const written: string[] = [];
    let writing = true;
    const write = async () => {
      for (let count = 0; count < 14; count += 1) {
        const { transition, ...rest } = sampleAcceptance();
        const dialed = dialTransition(transition.call);
        const moves = [dialed, answerTransition(dialed.call)];
        moves.push(noAnswerTransition(moves[1]!.call));
        await ledger.accept({ transition, ...rest });
        for (const move of moves) expect(await ledger.commit(move)).toBe('committed');
        written.push(...[transition, ...moves].flatMap((each) => each.events.map((event) => event.id)));
      }
    };
    const seen: string[] = [];
    const read = async () => {
      for (let after: EventId | null = null; writing || seen.length < written.length;) {
        const events = await page(after, 37);
        seen.push(...events.map((event) => event.id));
        after = events.at(-1)?.id ?? after;
      }
    };
    const reading = read();
    await Promise.all(Array.from({ length: 15 }, write));
    writing = false;
    await reading;
    expect(seen.toSorted()).toEqual(written.toSorted());
    expect((await page(null, 5000)).map((event) => event.id)).toEqual(seen);
  });
});
