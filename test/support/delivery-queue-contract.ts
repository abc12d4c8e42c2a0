import { beforeEach, describe, expect, it } from 'vitest';
import type { Acceptance, Transition } from '../../src/db/ledger.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { EndpointId } from '../../src/domain/ids.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryQueue,
  HandOver,
  MadeDeliveries,
} from '../../src/domain/webhooks/delivery.ts';
import { dialTransition, noAnswerTransition, sampleAcceptance, sampleIds } from './sample-call.ts';

export interface DeliveriesUnderTest {
  queue: DeliveryQueue;
  /** One that wants every event from now on, with an address, a secret and clear numbers: see `sampleEndpoint`. */
  addEndpoint(): Promise<EndpointId>;
  /** Each commits what it is given, with the deliveries of its events. */
  accept(acceptance: Acceptance, offer: HandOver | null): Promise<MadeDeliveries>;
  commit(transition: Transition, offer: HandOver | null): Promise<MadeDeliveries>;
  /** What belongs to no call. */
  report(event: StoredEvent): Promise<void>;
}

const t0 = 1_800_000_000_000;
const leaseMs = 20_000;
const error = 'The receiver answered 500.';

const delivered = ({ id, tries }: ClaimedDelivery) =>
  ({ id, tries: tries + 1, status: 200, state: 'delivered', at: t0 }) as const;
const failed = ({ id, tries }: ClaimedDelivery, nextTryAt: number) =>
  ({ id, tries: tries + 1, status: 500, state: 'pending', nextTryAt, error }) as const;
const dead = ({ id, tries }: ClaimedDelivery) =>
  ({ id, tries: tries + 1, status: 500, state: 'dead', at: t0, error }) as const;
const typeOf = (delivery: ClaimedDelivery | undefined) =>
  (JSON.parse(delivery?.body ?? '{}') as { type?: string }).type;
const idsOf = (deliveries: readonly ClaimedDelivery[]) => deliveries.map(({ id }) => id);

/** What every queue of deliveries does, wherever it keeps them. */
export function testDeliveryQueueContract(where: string, create: () => Promise<DeliveriesUnderTest>): void {
  describe(`the queue of deliveries ${where}`, () => {
    let under: DeliveriesUnderTest;
    /** What may be handed over with each commit. */
    let offer: HandOver | null;
    let made: MadeDeliveries[];
    beforeEach(async () => {
      under = await create();
      [offer, made] = [null, []];
    });

    async function queuedCall(): Promise<Call> {
      const acceptance = sampleAcceptance({ at: t0 });
      made.push(await under.accept(acceptance, offer));
      return acceptance.transition.call;
    }

    async function dialled(call: Call): Promise<Call> {
      const dial = dialTransition(call, { at: t0 });
      made.push(await under.commit(dial, offer));
      return dial.call;
    }

    /** A call with four events: queued, attempt_started, then attempt_ended and ended in one commit. */
    async function wholeCall(call?: Call): Promise<Call> {
      const ended = noAnswerTransition(await dialled(call ?? (await queuedCall())), { at: t0 });
      made.push(await under.commit(ended, offer));
      return ended.call;
    }

    const queuedCalls = (count: number): Promise<Call[]> =>
      Promise.all(Array.from({ length: count }, () => queuedCall()));
    const claim = (changes: Partial<DeliveryClaim> = {}): Promise<ClaimedDelivery[]> =>
      under.queue.claimDeliveries({
        ...{ now: t0, leaseMs, limit: 100, perEndpoint: 100, except: [] },
        ...changes,
      });
    const handed = () => made.flatMap((each) => each.handed);
    const handOver = (now = t0, except: EndpointId[] = []): HandOver => ({
      now,
      until: now + leaseMs,
      except,
    });

    describe('gives a claim', () => {
      it('all that is needed for sending', async () => {
        const endpointId = await under.addEndpoint();
        const acceptance = sampleAcceptance({ at: t0 });
        await under.accept(acceptance, null);
        const [event] = acceptance.transition.events;
        const [delivery, ...others] = await claim();
        expect(others).toEqual([]);
        expect(delivery).toStrictEqual({
          ...{ id: delivery?.id, endpointId, eventId: event?.id, callId: acceptance.transition.call.id },
          ...{ tries: 0, url: `https://${endpointId}.example/`, secrets: [`whsec_${endpointId}`] },
          ...{ numbers: 'clear', body: event?.body },
        });
      });

      it('nothing of what was there before an endpoint was', async () => {
        await queuedCall();
        await under.addEndpoint();
        expect(await claim()).toEqual([]);
      });

      it('the events of a call in their order, the next when the one before is delivered', async () => {
        await under.addEndpoint();
        await wholeCall();
        const seen: unknown[] = [];
        for (let [delivery] = await claim(); delivery; [delivery] = await claim()) {
          expect(await claim()).toEqual([]);
          seen.push(typeOf(delivery));
          await under.queue.settle([delivered(delivery)]);
        }
        expect(seen).toEqual(['call.queued', 'call.attempt_started', 'call.attempt_ended', 'call.ended']);
      });

      it('events that belong to no call all at once, whatever becomes of the others', async () => {
        await under.addEndpoint();
        const events = [1, 2].map(() => sampleIds.newId('evt'));
        const rest = { type: 'campaign.started', callId: null, sequence: null, at: t0, body: '{}' };
        for (const id of events) await under.report({ id, ...rest });
        const [one, other, ...others] = await claim();
        expect([one?.eventId, other?.eventId].toSorted()).toEqual(events.toSorted());
        expect(others).toEqual([]);
        await under.queue.settle([failed(one!, t0 + 5_000)]);
        expect(idsOf(await claim({ now: t0 + leaseMs })).toSorted()).toEqual([one!.id, other!.id].toSorted());
      });

      it('what is behind a result in the same step that writes it down, and not what the result is of', async () => {
        await under.addEndpoint();
        const [well, badly] = [await wholeCall(), await wholeCall()];
        const results = (await claim()).map((delivery) =>
          delivery.callId === well.id ? delivered(delivery) : failed(delivery, t0 + 5_000),
        );
        // their leases are over: what has a result is not claimed again all the same
        const later = { now: t0 + leaseMs };
        const behind = await claim({ ...later, settled: results });
        expect(behind.map((each) => [each.callId, typeOf(each)])).toEqual([
          [well.id, 'call.attempt_started'],
        ]);
        const next = await claim({ ...later, settled: behind.map(delivered) });
        expect(next.map((each) => [each.callId, typeOf(each), each.tries]).toSorted()).toEqual(
          [
            [well.id, 'call.attempt_ended', 0],
            [badly.id, 'call.queued', 1],
          ].toSorted(),
        );
      });

      it('what is behind a dead event in the same step, and nothing behind a try that failed', async () => {
        await under.addEndpoint();
        const [over, again] = [await wholeCall(), await wholeCall()];
        const results = (await claim()).map((delivery) =>
          delivery.callId === over.id ? dead(delivery) : failed(delivery, t0),
        );
        const claimed = await claim({ settled: results });
        expect(claimed.map((each) => [each.callId, typeOf(each)])).toEqual([
          [over.id, 'call.attempt_started'],
        ]);
        expect((await claim()).map((each) => [each.callId, typeOf(each)])).toEqual([
          [again.id, 'call.queued'],
        ]);
      });

      it('nothing twice while its lease lasts, and again when a sender died', async () => {
        await under.addEndpoint();
        await queuedCall();
        const [first] = await claim({ leaseMs: 1_000 });
        expect(await claim({ now: t0 + 999 })).toEqual([]);
        expect(idsOf(await claim({ now: t0 + 1_000 }))).toEqual([first?.id]);
      });

      it('nothing to two that claim at once', async () => {
        await under.addEndpoint();
        await queuedCalls(60);
        const claims = (await Promise.all(Array.from({ length: 10 }, () => claim({ limit: 20 })))).flat();
        expect(new Set(idsOf(claims)).size).toBe(claims.length);
        expect((await claim()).length + claims.length).toBe(60);
      });

      it('endpoints in turns, so that a backlog delays its own endpoint alone', async () => {
        const busy = await under.addEndpoint();
        await queuedCalls(30);
        const quiet = await under.addEndpoint();
        await queuedCalls(3);
        const counts = (claimed: ClaimedDelivery[]) =>
          [busy, quiet].map((id) => claimed.filter((each) => each.endpointId === id).length);
        expect(counts(await claim({ limit: 6 }))).toEqual([3, 3]);
        expect(counts(await claim({ perEndpoint: 7 }))).toEqual([7, 0]);
        expect(await claim({ except: [busy] })).toEqual([]);
      });

      it('what has been due longest, before what came due later', async () => {
        await under.addEndpoint();
        await queuedCalls(3);
        const [first, second, third] = await claim();
        await under.queue.settle([failed(first!, t0 + 3), failed(second!, t0 + 1), failed(third!, t0 + 2)]);
        expect(idsOf(await claim({ now: t0 + 3, perEndpoint: 2 }))).toEqual([second!.id, third!.id]);
        expect(idsOf(await claim({ now: t0 + 3 }))).toEqual([first!.id]);
      });
    });

    describe('is told what became of a try', () => {
      it('that failed: its call waits behind it, but no other call and no other endpoint', async () => {
        const [down, up] = [await under.addEndpoint(), await under.addEndpoint()];
        const [first, second] = [await queuedCall(), await queuedCall()];
        for (const delivery of await claim()) {
          const fails = delivery.endpointId === down && delivery.callId === first.id;
          await under.queue.settle([fails ? failed(delivery, t0 + 5_000) : delivered(delivery)]);
        }
        await wholeCall(first);
        await wholeCall(second);
        const claimed = await claim({ now: t0 + 4_999 });
        expect(claimed.map((each) => [each.endpointId, each.callId]).toSorted()).toEqual(
          [
            [down, second.id],
            [up, first.id],
            [up, second.id],
          ].toSorted(),
        );
        const [retried, ...others] = await claim({ now: t0 + 5_000 });
        expect([typeOf(retried), retried?.tries, others]).toEqual(['call.queued', 1, []]);
        await under.queue.settle([delivered(retried!)]);
        expect(typeOf((await claim({ now: t0 + 5_000 }))[0])).toBe('call.attempt_started');
      });

      it('after which it is dead: what is behind goes on', async () => {
        await under.addEndpoint();
        await wholeCall();
        const [first] = await claim();
        await under.queue.settle([dead(first!)]);
        expect(typeOf((await claim())[0])).toBe('call.attempt_started');
      });

      it('of all kinds in one go, and what it does not know is no harm', async () => {
        await under.addEndpoint();
        await queuedCalls(3);
        const [a, b, c] = await claim();
        const unknown = { ...delivered(a!), id: sampleIds.newId('dlv') };
        await under.queue.settle([delivered(a!), failed(b!, t0 + 1), dead(c!), unknown]);
        await under.queue.settle([delivered(a!)]);
        expect(idsOf(await claim({ now: t0 + leaseMs }))).toEqual([b!.id]);
      });

      it('whose lease was lost meanwhile: it is settled all the same', async () => {
        await under.addEndpoint();
        await queuedCall();
        const [first] = await claim();
        await claim({ now: t0 + leaseMs });
        await under.queue.settle([delivered(first!)]);
        expect(await claim({ now: t0 + 10 * leaseMs })).toEqual([]);
      });
    });

    it('knows when the next delivery will come due, apart from those that are overdue', async () => {
      expect(await under.queue.nextDeliveryAt(t0 - 1)).toBeNull();
      await under.addEndpoint();
      await wholeCall();
      expect(await under.queue.nextDeliveryAt(t0 - 1)).toBe(t0);
      const [first] = await claim();
      expect(await under.queue.nextDeliveryAt(t0)).toBeNull();
      await under.queue.settle([failed(first!, t0 + 5_000)]);
      expect(await under.queue.nextDeliveryAt(t0)).toBe(t0 + 5_000);
      expect(await under.queue.nextDeliveryAt(t0 + 5_000)).toBeNull();
    });

    describe('hands over what is made', () => {
      beforeEach(() => {
        offer = handOver();
      });

      it("with all that is needed for sending, and it is nobody else's until its lease ends", async () => {
        const endpointId = await under.addEndpoint();
        const acceptance = sampleAcceptance({ at: t0 });
        const { handed: all, left, until } = await under.accept(acceptance, offer);
        expect([all.length, left, until]).toEqual([1, [], t0 + leaseMs]);
        const [{ delivery, behind }] = all as [(typeof all)[0]];
        const [event] = acceptance.transition.events;
        expect(behind).toBeNull();
        expect(delivery).toStrictEqual({
          ...{ id: delivery.id, endpointId, eventId: event?.id, callId: acceptance.transition.call.id },
          ...{ tries: 0, url: `https://${endpointId}.example/`, secrets: [`whsec_${endpointId}`] },
          ...{ numbers: 'clear', body: event?.body },
        });
        expect(await claim({ now: t0 + leaseMs - 1 })).toEqual([]);
        expect(idsOf(await claim({ now: t0 + leaseMs }))).toEqual([delivery.id]);
      });

      it('and says which one of its call was there before it, in the order of their events', async () => {
        await under.addEndpoint();
        await wholeCall();
        const [queued, started, attemptEnded, callEnded] = handed();
        expect([started?.behind, attemptEnded?.behind, callEnded?.behind]).toEqual([
          ...[queued?.delivery.id, started?.delivery.id, started?.delivery.id],
        ]);
        expect(handed().map(({ delivery }) => typeOf(delivery))).toEqual([
          ...['call.queued', 'call.attempt_started', 'call.attempt_ended', 'call.ended'],
        ]);
        await under.queue.settle(handed().map(({ delivery }) => delivered(delivery)));
        expect(await claim({ now: t0 + leaseMs })).toEqual([]);
      });

      it('but not where an earlier one of its call lies unclaimed, or has outlived its lease', async () => {
        const endpointId = await under.addEndpoint();
        offer = null;
        const call = await queuedCall();
        offer = handOver();
        await dialled(call);
        const other = await queuedCall();
        offer = handOver(t0 + leaseMs);
        await dialled(other);
        expect(made.map(({ handed: each, left }) => [each.length, left])).toEqual([
          [0, [{ endpointId, callId: call.id }]],
          [0, [{ endpointId, callId: call.id }]],
          [1, []],
          [0, [{ endpointId, callId: other.id }]],
        ]);
      });

      it('but not to endpoints that have enough to do', async () => {
        const busy = await under.addEndpoint();
        const idle = await under.addEndpoint();
        offer = handOver(t0, [busy]);
        const { id: callId } = await queuedCall();
        expect(handed().map(({ delivery }) => delivery.endpointId)).toEqual([idle]);
        expect(made[0]?.left).toEqual([{ endpointId: busy, callId }]);
        expect((await claim()).map(({ endpointId }) => endpointId)).toEqual([busy]);
      });

      it('and takes it back with the one before it that failed, in their order', async () => {
        await under.addEndpoint();
        await dialled(await queuedCall());
        const [first, second] = handed().map(({ delivery }) => delivery);
        const nextTryAt = t0 + 5_000;
        await under.queue.settle([failed(first!, nextTryAt)]);
        expect(await claim({ now: nextTryAt - 1 })).toEqual([]);
        const again = await claim({ now: nextTryAt });
        expect(again.map(({ id, tries }) => [id, tries])).toEqual([[first?.id, 1]]);
        await under.queue.settle(again.map(delivered));
        expect(idsOf(await claim({ now: nextTryAt }))).toEqual([second?.id]);
      });

      it('and lets what is made behind a try that failed wait with it', async () => {
        await under.addEndpoint();
        const call = await queuedCall();
        const nextTryAt = t0 + 5_000;
        await under.queue.settle(handed().map(({ delivery }) => failed(delivery, nextTryAt)));
        await dialled(call);
        expect(made.at(-1)?.handed).toEqual([]);
        expect(await under.queue.nextDeliveryAt(t0)).toBe(nextTryAt);
        const [first] = await claim({ now: nextTryAt });
        expect(typeOf(first)).toBe('call.queued');
        await under.queue.settle([dead(first!)]);
        expect(await claim({ now: nextTryAt - 1 })).toEqual([]);
        expect((await claim({ now: nextTryAt })).map(typeOf)).toEqual(['call.attempt_started']);
      });

      it('and takes back what was not tried', async () => {
        await under.addEndpoint();
        await queuedCall();
        const [{ delivery }] = handed() as [ReturnType<typeof handed>[0]];
        const untried = { id: delivery.id, tries: 0, status: null, state: 'pending', error: null } as const;
        await under.queue.settle([{ ...untried, nextTryAt: t0 }]);
        expect(await claim()).toEqual([delivery]);
      });
    });
  });
}
