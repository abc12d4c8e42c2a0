import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeliveryQueue } from '../../../src/db/delivery-queue.ts';
import { countDeadDeliveries, listDeliveries } from '../../../src/db/delivery-list.ts';
import { queueDepths } from '../../../src/db/queue-depths.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createWebhookEndpointStore, type WebhookEndpoint } from '../../../src/db/webhook-endpoint-store.ts';
import { writeEvents } from '../../../src/db/write-events.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import type { EndpointId } from '../../../src/domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  HandOver,
  MadeDeliveries,
} from '../../../src/domain/webhooks/delivery.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testDeliveryQueueContract } from '../../support/delivery-queue-contract.ts';
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
const disabling = { reason: 'The receiver answered 410.', at: t0, event: sampleIds.newId('evt') };

testDeliveryQueueContract('on PostgreSQL', async () => {
  await test.clear();

  /** What is committed by a ledger that may hand over what is offered. */
  const madeBy = async (
    offer: HandOver | null,
    work: (ledger: ReturnType<typeof createPostgresLedger>) => Promise<void>,
  ): Promise<MadeDeliveries> => {
    let made: MadeDeliveries = { handed: [], left: [], until: 0 };
    await work(
      createPostgresLedger({
        ...test,
        handOver: () => offer,
        onDeliveries: (deliveries) => (made = deliveries),
      }),
    );
    return made;
  };

  return {
    queue,
    async addEndpoint() {
      const given = sampleEndpoint({ numbers: 'clear' });
      await endpoints.create(given);
      return given.id;
    },
    accept: (acceptance, offer) =>
      madeBy(offer, async (ledger) => {
        expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
      }),
    commit: (transition, offer) =>
      madeBy(offer, async (ledger) => {
        expect(await ledger.commit(transition)).toBe('committed');
      }),
    report: (event) => writeEvents(test.database.query, [event]),
  };
});

describe('deliveries in the database', () => {
  beforeEach(() => test.clear());

  async function endpoint(changes: Partial<WebhookEndpoint> = {}): Promise<EndpointId> {
    const given = sampleEndpoint({ createdAt: t0, ...changes });
    await endpoints.create(given);
    return given.id;
  }

  /** A call with four events: queued, attempt_started, attempt_ended, ended; the first ones at once, the others when asked for. */
  async function queuedCall(): Promise<Call> {
    const acceptance = sampleAcceptance({ at: t0 });
    await ledger.accept(acceptance);
    return acceptance.transition.call;
  }

  async function wholeCall(call?: Call): Promise<Call> {
    const dialed = dialTransition(call ?? (await queuedCall()), { at: t0 });
    const ended = noAnswerTransition(dialed.call, { at: t0 });
    for (const move of [dialed, ended]) expect(await ledger.commit(move)).toBe('committed');
    return ended.call;
  }

  function claim(changes: Partial<DeliveryClaim> = {}): Promise<ClaimedDelivery[]> {
    return queue.claimDeliveries({
      now: t0,
      leaseMs: 60_000,
      limit: 100,
      perEndpoint: 100,
      except: [],
      ...changes,
    });
  }

  function delivered({ id, tries }: ClaimedDelivery) {
    return { id, tries: tries + 1, status: 200, state: 'delivered', at: t0 } as const;
  }

  function failed({ id, tries }: ClaimedDelivery, nextTryAt: number) {
    return {
      id,
      tries: tries + 1,
      status: 500,
      state: 'pending',
      nextTryAt,
      error: 'The receiver answered 500.',
    } as const;
  }

  function dead({ id, tries }: ClaimedDelivery) {
    return {
      id,
      tries: tries + 1,
      status: 500,
      state: 'dead',
      at: t0,
      error: 'The receiver answered 500.',
    } as const;
  }

  const typeOf = (delivery: ClaimedDelivery | undefined) =>
    (JSON.parse(delivery?.body ?? '{}') as { type?: string }).type;

  it('has one delivery for each endpoint that wants the type of the event and is not disabled', async () => {
    const all = await endpoint();
    const some = await endpoint({ eventTypes: ['call.ended', 'call.queued'] });
    const none = await endpoint({ eventTypes: ['campaign.ended'] });
    const off = await endpoint();
    await endpoints.disable(off, disabling);
    await wholeCall();
    const counts = async (endpointId: EndpointId) =>
      (await listDeliveries(test.database, { endpointId, limit: 100 })).length;
    expect(await Promise.all([all, some, none, off].map(counts))).toEqual([5, 2, 0, 0]);
  });

  it('goes on behind an event that is dead', async () => {
    await endpoint();
    await wholeCall();
    const [first] = await claim();
    await queue.settle([dead(first!)]);
    expect(typeOf((await claim())[0])).toBe('call.attempt_started');
    const listed = await listDeliveries(test.database, { state: 'dead', limit: 10 });
    expect(listed).toMatchObject([
      { id: first?.id, state: 'dead', tries: 1, lastStatus: 500, lastError: 'The receiver answered 500.' },
    ]);
  });

  it('counts what is dead by endpoint, and what is delivered not at all', async () => {
    const [one, other] = [await endpoint(), await endpoint()];
    await wholeCall();
    const claimed = await claim();
    const [first, second] = [one, other].map((id) => claimed.find((each) => each.endpointId === id)!);
    expect(await countDeadDeliveries(test.database)).toEqual(new Map());
    await queue.settle([dead(first!), delivered(second!)]);
    expect(await countDeadDeliveries(test.database)).toEqual(new Map([[one, 1]]));
  });

  it('passes over what somebody else is claiming at that moment, and does not wait for it', async () => {
    await endpoint();
    await Promise.all([queuedCall(), queuedCall()]);
    const other = await test.database.hot.connect();
    await other.query('begin');
    const { rows } = await other.query<{ id: string }>('select id from deliveries limit 1 for update');
    const claimed = await claim();
    expect(claimed).toHaveLength(1);
    expect(claimed[0]?.id).not.toBe(rows[0]?.id);
    await other.query('rollback');
    other.release();
  });

  it('is counted: what may be sent now, and what waits for another try', async () => {
    await endpoint();
    await Promise.all([queuedCall(), queuedCall()]);
    const [first] = await claim({ limit: 1 });
    await queue.settle([failed(first!, t0 + 5000)]);
    const depths = { callsDue: 2, deliveriesDue: 1, deliveriesWaiting: 1 };
    expect(await queueDepths(test.database, t0)).toEqual(depths);
    expect(await queueDepths(test.database, t0 - 1)).toMatchObject({ callsDue: 0, deliveriesDue: 0 });
  });

  it('settles a batch of all kinds in one go, and what it does not know is no harm', async () => {
    await endpoint();
    await Promise.all(Array.from({ length: 3 }, () => queuedCall()));
    const [a, b, c] = await claim();
    const unknown = { ...delivered(a!), id: sampleIds.newId('dlv') };
    await queue.settle([delivered(a!), failed(b!, t0 + 1), dead(c!), unknown]);
    const states = (await listDeliveries(test.database, { limit: 10 })).map((each) => [each.id, each.state]);
    expect(states.toSorted()).toEqual(
      [
        [a!.id, 'delivered'],
        [b!.id, 'pending'],
        [c!.id, 'dead'],
      ].toSorted(),
    );
    await queue.settle([delivered(a!)]);
  });

  it('signs with the secret before as well, for as long as a rotation lasts', async () => {
    const id = await endpoint();
    await Promise.all(Array.from({ length: 3 }, () => queuedCall()));
    await endpoints.rotateSecret(id, { secret: 'whsec_new', previousUntil: t0 + 1000 });
    const secretsAt = async (now: number) => (await claim({ now, limit: 1 }))[0]?.secrets;
    expect(await secretsAt(t0 + 999)).toEqual(['whsec_new', `whsec_${id}`]);
    expect(await secretsAt(t0 + 1000)).toEqual(['whsec_new']);
    await endpoints.rotateSecret(id, { secret: 'whsec_newer', previousUntil: null });
    expect(await secretsAt(t0)).toEqual(['whsec_newer']);
  });

  it('tries what waits at once when its endpoint gets another URL', async () => {
    const [moved, other] = [await endpoint(), await endpoint()];
    await queuedCall();
    for (const delivery of await claim()) await queue.settle([failed(delivery, t0 + 5000)]);
    const change = { url: 'https://new.example/', mayShowNumbers: false, now: t0 };
    await endpoints.change(moved, change);
    await endpoints.change(other, { ...change, url: `https://${other}.example/` });
    expect((await claim()).map(({ endpointId, url }) => [endpointId, url])).toEqual([[moved, change.url]]);
  });

  it('tells the other endpoints, once, that one was disabled, and not its URL', async () => {
    const other = await endpoint();
    const off = await endpoint({ url: 'https://x.example/?token=secret', description: 'CRM' });
    expect(await endpoints.disable(off, disabling)).toBe(true);
    expect(await endpoints.disable(off, { ...disabling, event: sampleIds.newId('evt') })).toBe(false);
    const [told, ...others] = await claim();
    expect([told?.endpointId, told?.callId, others]).toEqual([other, null, []]);
    expect(JSON.parse(told?.body ?? '')).toEqual({
      ...{
        type: 'webhook_endpoint.disabled',
        timestamp: new Date(t0).toISOString(),
        id: disabling.event,
        sequence: null,
      },
      data: { endpoint: { id: off, description: 'CRM' }, reason: disabling.reason },
    });
  });

  it('buries what was for an endpoint that is disabled or deleted', async () => {
    const [disabled, deleted] = [await endpoint(), await endpoint()];
    await queuedCall();
    await endpoints.disable(disabled, disabling);
    expect(await endpoints.delete(deleted)).toBe('deleted');
    expect(await claim()).toEqual([]);
    const listed = await listDeliveries(test.database, { limit: 10 });
    expect(listed.map(({ state }) => state)).toEqual(['dead', 'dead', 'dead']);
    const types = ['call.queued', 'call.queued', 'webhook_endpoint.disabled'];
    expect(listed.map(({ eventType }) => eventType).toSorted()).toEqual(types);
  });

  it('lists deliveries newest first, by endpoint and state, page by page', async () => {
    const id = await endpoint();
    await wholeCall();
    await endpoint();
    await queue.settle((await claim()).map(delivered));
    const all = await listDeliveries(test.database, { endpointId: id, limit: 10 });
    expect(all.map((each) => each.eventType)).toEqual([
      'call.ended',
      'call.attempt_ended',
      'call.attempt_started',
      'call.queued',
    ]);
    expect(all.map((each) => each.state)).toEqual(['pending', 'pending', 'pending', 'delivered']);
    const page = await listDeliveries(test.database, { endpointId: id, before: all[1]!.id, limit: 2 });
    expect(page).toEqual(all.slice(2));
    expect(await listDeliveries(test.database, { state: 'delivered', limit: 10 })).toEqual([all[3]]);
  });
});
