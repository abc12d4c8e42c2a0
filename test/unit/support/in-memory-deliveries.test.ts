import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/domain/calls/call-event.ts';
import type { CallId, EndpointId, EventId } from '../../../src/domain/ids.ts';
import type { ClaimedDelivery, Settlement } from '../../../src/domain/webhooks/delivery.ts';
import { InMemoryDeliveries, type DeliveryAddress } from '../../support/in-memory-deliveries.ts';

const [one, other] = ['whe_1', 'whe_2'].map((id) => id as EndpointId) as [EndpointId, EndpointId];
const addresses: DeliveryAddress[] = [one, other].map((endpointId) => ({
  ...{ endpointId, url: 'https://receiver.example/', secrets: ['whsec_'], numbers: 'masked' },
}));
const share = { leaseMs: 1_000, limit: 100, perEndpoint: 100, except: [] };

function event(call: string, sequence: number): StoredEvent {
  const id = `${call}-${sequence}` as EventId;
  return { id, type: 'call.ended', callId: call as CallId, sequence, at: 0, body: '{}' };
}

const delivered = ({ id }: ClaimedDelivery): Settlement => ({
  ...{ id, tries: 1, status: 204, state: 'delivered', at: 0 },
});
const eventsOf = (deliveries: readonly ClaimedDelivery[]): string[] =>
  deliveries.map(({ eventId, endpointId }) => `${eventId} ${endpointId}`);

describe('the queue of deliveries in memory', () => {
  it('hands over what is made, but to an endpoint that has enough', () => {
    const queue = new InMemoryDeliveries(addresses);
    const offer = { now: 0, until: 500, except: [other] };
    const made = queue.make([event('a', 1), event('a', 2)], { now: 0, offer });
    expect(made.handed.map(({ delivery, behind }) => [delivery.eventId, behind])).toEqual([
      ['a-1', null],
      ['a-2', made.handed[0]?.delivery.id],
    ]);
    expect(made.left.map(({ endpointId }) => endpointId)).toEqual([other, other]);
    expect(made.until).toBe(500);
  });

  it('gives the first of each call and endpoint, and the next when that is settled', async () => {
    const queue = new InMemoryDeliveries(addresses);
    queue.make([event('a', 1), event('a', 2), event('b', 1)], { now: 0, offer: null });
    const first = await queue.claimDeliveries({ ...share, now: 0 });
    expect(eventsOf(first)).toEqual(['a-1 whe_1', 'a-1 whe_2', 'b-1 whe_1', 'b-1 whe_2']);
    expect(await queue.claimDeliveries({ ...share, now: 0 })).toEqual([]);
    const next = await queue.claimDeliveries({ ...share, now: 0, settled: first.map(delivered) });
    expect(eventsOf(next)).toEqual(['a-2 whe_1', 'a-2 whe_2']);
    await queue.settle(next.map(delivered));
    expect(queue.size).toBe(0);
  });

  it('gives what was handed over, or claimed, again when the lease ends', async () => {
    const queue = new InMemoryDeliveries(addresses);
    queue.make([event('a', 1)], { now: 0, offer: { now: 0, until: 500, except: [] } });
    expect(await queue.claimDeliveries({ ...share, now: 499 })).toEqual([]);
    expect(await queue.claimDeliveries({ ...share, now: 500 })).toHaveLength(2);
    expect(await queue.claimDeliveries({ ...share, now: 1_499 })).toEqual([]);
    expect(await queue.claimDeliveries({ ...share, now: 1_500 })).toHaveLength(2);
  });

  it('keeps to the limits of a claim', async () => {
    const queue = new InMemoryDeliveries(addresses);
    queue.make([event('a', 1), event('b', 1), event('c', 1)], { now: 0, offer: null });
    expect(eventsOf(await queue.claimDeliveries({ ...share, now: 0, limit: 1 }))).toEqual(['a-1 whe_1']);
    const few = await queue.claimDeliveries({ ...share, now: 0, perEndpoint: 1, except: [one] });
    expect(eventsOf(few)).toEqual(['a-1 whe_2']);
  });

  it('gives what failed when it is due, with its tries, and nothing behind it before', async () => {
    const queue = new InMemoryDeliveries([addresses[0]!]);
    queue.make([event('a', 1), event('a', 2)], { now: 0, offer: null });
    const [first] = await queue.claimDeliveries({ ...share, now: 0 });
    const { id } = first!;
    await queue.settle([{ id, tries: 1, status: 500, state: 'pending', nextTryAt: 700, error: 'no' }]);
    expect(await queue.nextDeliveryAt(0)).toBe(700);
    expect(await queue.claimDeliveries({ ...share, now: 699 })).toEqual([]);
    const again = await queue.claimDeliveries({ ...share, now: 700 });
    expect(again).toMatchObject([{ id, tries: 1 }]);
    await queue.settle([{ id, tries: 2, status: 500, state: 'dead', at: 700, error: 'no' }]);
    expect(eventsOf(await queue.claimDeliveries({ ...share, now: 700 }))).toEqual(['a-2 whe_1']);
    expect(await queue.nextDeliveryAt(700)).toBeNull();
  });
});
