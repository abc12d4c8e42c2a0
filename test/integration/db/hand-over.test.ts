import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeliveryQueue } from '../../../src/db/delivery-queue.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createWebhookEndpointStore } from '../../../src/db/webhook-endpoint-store.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import type { EndpointId, EventId } from '../../../src/domain/ids.ts';
import type { ClaimedDelivery, HandOver, MadeDeliveries } from '../../../src/domain/webhooks/delivery.ts';
import { createTestDatabase } from '../../support/database.ts';
import { dialTransition, noAnswerTransition, sampleAcceptance } from '../../support/sample-call.ts';
import { sampleEndpoint } from '../../support/sample-endpoint.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const t0 = 1_800_000_000_000;
const leaseMs = 20_000;
const endpoints = createWebhookEndpointStore(test.database, test.vault);
const queue = createDeliveryQueue(test.database, test.vault);

describe('deliveries that are handed over when they are made', () => {
  let offered: HandOver | null;
  let made: MadeDeliveries[];
  const ledger = createPostgresLedger({
    ...test,
    handOver: () => offered,
    onDeliveries: (deliveries) => made.push(deliveries),
  });

  beforeEach(async () => {
    await test.clear();
    offered = { now: t0, until: t0 + leaseMs, except: [] };
    made = [];
  });

  async function endpoint(): Promise<EndpointId> {
    const given = sampleEndpoint({ numbers: 'clear', createdAt: t0 });
    await endpoints.create(given);
    return given.id;
  }

  async function accepted(): Promise<{ call: Call; event: { id: EventId; body: string } | undefined }> {
    const acceptance = sampleAcceptance({ at: t0 });
    expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
    const { call, events } = acceptance.transition;
    return { call, event: events[0] };
  }

  async function dialled(call: Call): Promise<Call> {
    const dial = dialTransition(call, { at: t0 });
    expect(await ledger.commit(dial)).toBe('committed');
    return dial.call;
  }

  async function ended(call: Call): Promise<void> {
    expect(await ledger.commit(noAnswerTransition(call, { at: t0 }))).toBe('committed');
  }

  const claimed = (now: number): Promise<ClaimedDelivery[]> =>
    queue.claimDeliveries({ now, leaseMs, limit: 100, perEndpoint: 100, except: [] });
  const handed = () => made.flatMap((each) => each.handed);
  const delivered = ({ id, tries }: ClaimedDelivery) =>
    ({ id, tries: tries + 1, status: 200, state: 'delivered', at: t0 }) as const;

  it("come with all that is needed for sending, and are nobody else's until their lease ends", async () => {
    const id = await endpoint();
    const { call, event } = await accepted();
    const [only] = handed();
    expect(only).toStrictEqual({
      behind: null,
      delivery: {
        ...{ id: only?.delivery.id, endpointId: id, eventId: event?.id, callId: call.id, tries: 0 },
        ...{ url: `https://${id}.example/`, secrets: [`whsec_${id}`], numbers: 'clear', body: event?.body },
      },
      sequence: 1,
    });
    expect(made.map(({ until, left }) => ({ until, left }))).toEqual([{ until: t0 + leaseMs, left: [] }]);
    expect(await claimed(t0 + leaseMs - 1)).toEqual([]);
    expect((await claimed(t0 + leaseMs)).map((delivery) => delivery.id)).toEqual([only?.delivery.id]);
  });

  it('say which one of their call comes before them, and come in the order of their events', async () => {
    await endpoint();
    const { call } = await accepted();
    await ended(await dialled(call));
    const [queued, started, attemptEnded, callEnded] = handed();
    expect([started?.behind, attemptEnded?.behind, callEnded?.behind]).toEqual([
      queued?.delivery.id,
      started?.delivery.id,
      started?.delivery.id,
    ]);
    await queue.settle(handed().map(({ delivery }) => delivered(delivery)));
    expect(await claimed(t0 + leaseMs)).toEqual([]);
  });

  it('are left to be claimed where an earlier one of their call lies unclaimed, or its lease is over', async () => {
    const id = await endpoint();
    offered = null;
    const { call } = await accepted();
    offered = { now: t0, until: t0 + leaseMs, except: [] };
    await dialled(call);
    const { call: other } = await accepted();
    offered = { now: t0 + leaseMs, until: t0 + 2 * leaseMs, except: [] };
    await dialled(other);
    expect(made.map(({ handed, left }) => [handed.length, left])).toEqual([
      [0, [{ endpointId: id, callId: call.id }]],
      [0, [{ endpointId: id, callId: call.id }]],
      [1, []],
      [0, [{ endpointId: id, callId: other.id }]],
    ]);
  });

  it('are left for endpoints that have enough to do, and where nothing is offered', async () => {
    const busy = await endpoint();
    const idle = await endpoint();
    offered = { now: t0, until: t0 + leaseMs, except: [busy] };
    const { call } = await accepted();
    expect(handed().map(({ delivery }) => delivery.endpointId)).toEqual([idle]);
    expect(made[0]?.left).toEqual([{ endpointId: busy, callId: call.id }]);
    expect((await claimed(t0)).map((delivery) => delivery.endpointId)).toEqual([busy]);
  });

  it('go back to the queue with the one before them that failed, and keep their order there', async () => {
    await endpoint();
    const { call } = await accepted();
    await dialled(call);
    const [first, second] = handed().map(({ delivery }) => delivery);
    const nextTryAt = t0 + 5_000;
    const error = 'The receiver answered 500.';
    await queue.settle([{ id: first!.id, tries: 1, status: 500, state: 'pending', nextTryAt, error }]);
    expect(await claimed(nextTryAt - 1)).toEqual([]);
    const again = await claimed(nextTryAt);
    expect(again.map(({ id, tries }) => [id, tries])).toEqual([[first?.id, 1]]);
    await queue.settle(again.map(delivered));
    expect((await claimed(nextTryAt)).map(({ id }) => id)).toEqual([second?.id]);
  });

  it('go back untried', async () => {
    await endpoint();
    await accepted();
    const [{ delivery }] = handed() as [ReturnType<typeof handed>[0]];
    await queue.settle([
      { id: delivery.id, tries: 0, status: null, state: 'pending', nextTryAt: t0, error: null },
    ]);
    expect(await claimed(t0)).toEqual([delivery]);
  });
});
