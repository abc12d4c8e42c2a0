import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeliveryQueue } from '../../../src/db/delivery-queue.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { replayEvents, type ReplayRequest } from '../../../src/db/replay-events.ts';
import { createWebhookEndpointStore, type WebhookEndpoint } from '../../../src/db/webhook-endpoint-store.ts';
import type { StoredEvent } from '../../../src/domain/calls/call-event.ts';
import { isId, type EndpointId, type EventId } from '../../../src/domain/ids.ts';
import type { ClaimedDelivery, Settlement } from '../../../src/domain/webhooks/delivery.ts';
import { systemClock, type Clock } from '../../../src/lib/clock.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  dialTransition,
  noAnswerTransition,
  sampleAcceptance,
  sampleIds,
} from '../../support/sample-call.ts';
import { sampleEndpoint } from '../../support/sample-endpoint.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const ledger = createPostgresLedger(test);
const endpoints = createWebhookEndpointStore(test.database, test.vault);
const queue = createDeliveryQueue(test.database, test.vault);
const t0 = 1_800_000_000_000;

describe('a replay', () => {
  beforeEach(() => test.clear());

  async function endpoint(changes: Partial<WebhookEndpoint> = {}): Promise<EndpointId> {
    const given = sampleEndpoint({ createdAt: t0, ...changes });
    await endpoints.create(given);
    return given.id;
  }

  /** Commits queued, attempt_started, attempt_ended and ended, one by one; `upTo` events of them. */
  async function call(upTo = 4): Promise<StoredEvent[]> {
    const acceptance = sampleAcceptance({ at: t0 });
    await ledger.accept(acceptance);
    const dialed = dialTransition(acceptance.transition.call, { at: t0 });
    const ended = noAnswerTransition(dialed.call, { at: t0 });
    const moves = [acceptance.transition, dialed, ended];
    const events: StoredEvent[] = [];
    for (const move of moves) {
      if (events.length >= upTo) break;
      if (move !== acceptance.transition) expect(await ledger.commit(move)).toBe('committed');
      events.push(...move.events);
    }
    return events;
  }

  const clock = (now: number): Clock => ({ ...systemClock, now: () => now });

  function replay(id: EndpointId, changes: Partial<ReplayRequest> & { now?: number } = {}) {
    const { now = t0, ...rest } = changes;
    const request = { endpoint: id, after: null, id: sampleIds.newId('dlv'), limit: 100, ...rest };
    return replayEvents({ database: test.database, clock: clock(now) }, request);
  }

  function claim(now = t0): Promise<ClaimedDelivery[]> {
    return queue.claimDeliveries({ now, leaseMs: 60_000, limit: 100, perEndpoint: 100, except: [] });
  }

  async function settle(delivery: ClaimedDelivery, changes: Partial<Settlement> = {}): Promise<void> {
    const settled = { id: delivery.id, tries: delivery.tries + 1, status: 200, state: 'delivered', at: t0 };
    await queue.settle([{ ...settled, ...changes } as Settlement]);
  }

  const failed = { status: 500, state: 'pending', error: 'The receiver answered 500.' } as const;

  /** What is delivered until nothing is due, a round of claims at a time. */
  async function deliverAll(now = t0): Promise<ClaimedDelivery[]> {
    const sent: ClaimedDelivery[] = [];
    for (let claimed = await claim(now); claimed.length > 0; claimed = await claim(now)) {
      for (const delivery of claimed) await settle(delivery);
      sent.push(...claimed);
    }
    return sent;
  }

  const sentOf = (deliveries: ClaimedDelivery[]) => deliveries.map(({ eventId, body }) => [eventId, body]);
  const bytesOf = (events: StoredEvent[]) => events.map(({ id, body }) => [id, body]);

  it('delivers the same bytes under the same ids again, in order, and dead ones too', async () => {
    const id = await endpoint();
    const events = await call();
    const [first] = await claim();
    await settle(first!, { state: 'dead', error: 'x' });
    await deliverAll();
    const replayed = await replay(id);
    expect(replayed).toEqual({ result: 'replayed', events: 4, isComplete: true, nextAfter: events[3]!.id });
    const again = await deliverAll();
    expect(sentOf(again)).toEqual(bytesOf(events));
    for (const delivery of again) expect(isId('dlv', delivery.id)).toBe(true);
    await replay(id);
    expect(sentOf(await deliverAll())).toEqual(bytesOf(events));
  });

  it('covers what comes after the event that is named, and what the endpoint wants', async () => {
    const all = await endpoint();
    const some = await endpoint({ eventTypes: ['call.ended'] });
    const [one, two] = [await call(), await call()];
    await deliverAll();
    expect(await replay(all, { after: one[2]!.id })).toMatchObject({ events: 5 });
    expect(sentOf(await deliverAll())).toEqual(expect.arrayContaining(bytesOf([one[3]!, ...two])));
    expect(await replay(some)).toMatchObject({ events: 2 });
    expect(sentOf(await deliverAll())).toEqual(bytesOf([one[3]!, two[3]!]));
  });

  it('keeps new events of a call behind those that are replayed', async () => {
    const id = await endpoint();
    const acceptance = sampleAcceptance({ at: t0 });
    await ledger.accept(acceptance);
    const dialed = dialTransition(acceptance.transition.call, { at: t0 });
    await ledger.commit(dialed);
    await deliverAll();
    await replay(id);
    const ended = noAnswerTransition(dialed.call, { at: t0 });
    await ledger.commit(ended);
    const inOrder = [acceptance.transition, dialed, ended].flatMap((move) => move.events);
    expect(sentOf(await deliverAll())).toEqual(bytesOf(inOrder));
  });

  it('puts nothing into the queue that waits there, but has it tried at once with all its tries', async () => {
    const id = await endpoint();
    const events = await call();
    const [first] = await claim();
    await settle(first!, { ...failed, tries: 7, nextTryAt: t0 + 3_600_000 });
    expect(await claim()).toEqual([]);
    await replay(id, { now: t0 + 1 });
    const [retried] = await claim(t0 + 1);
    expect([retried?.id, retried?.tries]).toEqual([first?.id, 0]);
    await settle(retried!);
    expect(sentOf(await deliverAll(t0 + 1))).toEqual(bytesOf(events.slice(1)));
  });

  it('sends again in its place what is being sent at that moment', async () => {
    const id = await endpoint();
    const events = await call();
    const [first] = await claim();
    await settle(first!);
    const [second] = await claim();
    await replay(id);
    await settle(second!);
    expect(sentOf(await deliverAll())).toEqual(bytesOf(events));
  });

  it('is bounded, and says where to go on', async () => {
    const id = await endpoint();
    const events = [...(await call()), ...(await call())];
    await deliverAll();
    const sent: unknown[] = [];
    let after: EventId | null = null;
    for (let isComplete = false; !isComplete;) {
      const replayed = await replay(id, { after, limit: 3 });
      if (replayed.result !== 'replayed') throw new Error(replayed.result);
      expect(replayed.events).toBeLessThanOrEqual(3);
      ({ isComplete, nextAfter: after } = replayed);
      sent.push(...sentOf(await deliverAll()));
    }
    expect(sent).toHaveLength(events.length);
    expect(sent).toEqual(expect.arrayContaining(bytesOf(events)));
  });

  it('waits for what was running when it was asked, which may not have seen the endpoint enabled', async () => {
    const id = await endpoint();
    const [before] = await call(1);
    await deliverAll();
    const writer = await test.database.hot.connect();
    await writer.query('begin');
    const late = { id: sampleIds.newId('evt'), body: '{"late":true}' };
    await writer.query(
      `insert into events (day, id, type, at, body) select day, $1, 'late', at, $2 from events where id = $3`,
      [late.id, late.body, before!.id],
    );
    const replaying = replay(id);
    await call(1);
    await writer.query('commit');
    writer.release();
    expect(await replaying).toMatchObject({ result: 'replayed', isComplete: true });
    const sent = sentOf(await deliverAll()).map(([eventId]) => eventId);
    expect(sent).toEqual(expect.arrayContaining([before!.id, late.id]));
  });

  it.each([
    [
      'an event that is not kept',
      'gone',
      async () => replay(await endpoint(), { after: sampleIds.newId('evt') }),
    ],
    ['an endpoint that does not exist', 'not_found', () => replay(sampleIds.newId('whe'))],
    [
      'an endpoint that is disabled',
      'disabled',
      async () => {
        const id = await endpoint();
        await endpoints.disable(id, { reason: 'x', at: t0, event: sampleIds.newId('evt') });
        return replay(id);
      },
    ],
  ])('is refused for %s', async (_, result, work) => {
    await call();
    expect(await work()).toEqual({ result });
    expect(await claim()).toEqual([]);
  });
});
