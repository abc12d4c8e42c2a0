import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallId, DeliveryId, EndpointId, EventId } from '../../../src/domain/ids.ts';
import type {
  ClaimedDelivery,
  HandedDelivery,
  MadeDeliveries,
} from '../../../src/domain/webhooks/delivery.ts';
import { DeliveryChains } from '../../../src/workflows/delivery-chains.ts';

function deliveryOf(id: string, call = 'call_1', endpoint = 'whe_1'): ClaimedDelivery {
  return {
    ...{
      id: id as DeliveryId,
      endpointId: endpoint as EndpointId,
      eventId: id as EventId,
      callId: call as CallId,
    },
    ...{ tries: 0, url: 'https://receiver.example/', secrets: [], numbers: 'masked', body: '{}' },
  };
}

const handed = (id: string, behind: string | null, call?: string): HandedDelivery => ({
  delivery: deliveryOf(id, call),
  behind: behind as DeliveryId | null,
});
const made = (...all: HandedDelivery[]): MadeDeliveries => ({ handed: all, left: [], until: 20_000 });
const left = (call = 'call_1'): MadeDeliveries => ({
  ...made(),
  left: [{ endpointId: 'whe_1' as EndpointId, callId: call as CallId }],
});
const endpoint = 'whe_1' as EndpointId;

/** What is ready, in order, taken out. */
function takeReady(chains: DeliveryChains): string[] {
  const ids: string[] = [];
  for (let next = chains.next(endpoint); next; next = chains.next(endpoint)) ids.push(next.delivery.id);
  return ids;
}

const idsOf = (returned: { delivery: ClaimedDelivery; nextTryAt: number }[]) =>
  returned.map(({ delivery, nextTryAt }) => [delivery.id, nextTryAt]);

describe('deliveries that were handed over', () => {
  test('are ready at once, the events of a call one after the other, calls beside each other', () => {
    const chains = new DeliveryChains();
    chains.take(made(handed('a1', null), handed('a2', null), handed('b1', null, 'call_2')), 0);
    chains.take(made(handed('a3', 'a2')), 0);
    expect(takeReady(chains)).toEqual(['a1', 'b1']);
    expect(chains.over(deliveryOf('a1'), 0)).toBe(false);
    expect(takeReady(chains)).toEqual(['a2']);
    chains.over(deliveryOf('a2'), 0);
    expect(takeReady(chains)).toEqual(['a3']);
  });

  test('follow one that is over and not yet written down', () => {
    const chains = new DeliveryChains();
    chains.take(made(handed('a1', null)), 0);
    takeReady(chains);
    chains.over(deliveryOf('a1'), 0);
    expect(chains.take(made(handed('a2', 'a1')), 0)).toEqual({ givenBack: [], claimable: false });
    expect(takeReady(chains)).toEqual(['a2']);
  });

  test('go back when the one before them is not in our hands', () => {
    const chains = new DeliveryChains();
    expect(idsOf(chains.take(made(handed('a2', 'a1'), handed('a3', 'a1')), 7).givenBack)).toEqual([
      ['a2', 7],
      ['a3', 7],
    ]);
    chains.take(made(handed('b1', null, 'call_2')), 7);
    expect(idsOf(chains.take(made(handed('b3', 'b2', 'call_2')), 8).givenBack)).toEqual([['b3', 8]]);
    takeReady(chains);
    expect(takeReady(chains)).toEqual([]);
  });

  test('are dropped behind one that failed, and what comes after it goes back until then', () => {
    const chains = new DeliveryChains();
    chains.take(made(handed('a1', null), handed('a2', null)), 0);
    takeReady(chains);
    chains.break(deliveryOf('a1'), { nextTryAt: 5_000, now: 0 });
    expect(idsOf(chains.take(made(handed('a3', 'a2')), 1).givenBack)).toEqual([['a3', 5_000]]);
    expect(takeReady(chains)).toEqual([]);
  });

  test('begin anew when nothing of their call is pending any more', () => {
    const chains = new DeliveryChains();
    chains.take(made(handed('a1', null)), 0);
    takeReady(chains);
    chains.break(deliveryOf('a1'), { nextTryAt: 5_000, now: 0 });
    expect(chains.take(made(handed('a4', null)), 6_000).givenBack).toEqual([]);
    expect(takeReady(chains)).toEqual(['a4']);
  });

  test('tell when what was left behind them may be claimed', () => {
    const chains = new DeliveryChains();
    expect(chains.take(left(), 0).claimable).toBe(true);
    chains.take(made(handed('b1', null, 'call_2')), 0);
    takeReady(chains);
    expect(chains.take(left('call_2'), 0).claimable).toBe(false);
    expect(chains.over(deliveryOf('b1', 'call_2'), 0)).toBe(true);
  });

  test('wait behind one that was claimed, which is followed by a claim', () => {
    const chains = new DeliveryChains();
    chains.claimed(deliveryOf('a1'), 0);
    chains.take(made(handed('a2', 'a1')), 0);
    expect(takeReady(chains)).toEqual([]);
    chains.over(deliveryOf('a1'), 0);
    expect(takeReady(chains)).toEqual(['a2']);
    expect(chains.over(deliveryOf('a2'), 0)).toBe(true);
  });

  test('are forgotten some time after they are over', () => {
    const chains = new DeliveryChains();
    chains.take(made(handed('a1', null)), 0);
    takeReady(chains);
    chains.over(deliveryOf('a1'), 0);
    expect(chains.take(made(handed('a2', 'a1')), 100_000).givenBack).toHaveLength(1);
  });

  /**
   * A queue with the rules of the SQL beside chains in memory, any order of steps, any failures: what is sent is never sent before an earlier one
   * of its call was delivered.
   */
  test('are never sent before the ones before them, whatever fails and whatever is written down when', () => {
    const step = fc.constantFrom('make', 'make_two', 'make_beside', 'deliver', 'fail', 'write', 'claim');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const chains = new DeliveryChains();
        const rows: { id: string; leased: boolean; over: boolean; written: boolean }[] = [];
        const sending: string[] = [];
        const results: { id: string; ok: boolean }[] = [];
        const pending = () => rows.filter((row) => !row.written);
        const begin = (ids: string[]): void => {
          for (const id of ids) {
            const earlier = rows.slice(
              0,
              rows.findIndex((row) => row.id === id),
            );
            expect(earlier.filter((row) => !row.over).map((row) => row.id)).toEqual([]);
            sending.push(id);
          }
        };
        const returned = ({ givenBack }: ReturnType<DeliveryChains['take']>): void =>
          void results.push(...givenBack.map(({ delivery }) => ({ id: delivery.id, ok: false })));
        const make = (count: number, isLeft = false): void => {
          const before = pending();
          const leased = !isLeft && before.every((row) => row.leased);
          const news = Array.from({ length: count }, (_, index) => `d${rows.length + index}`);
          rows.push(...news.map((id) => ({ id, leased, over: false, written: false })));
          const behind = before.at(-1)?.id ?? null;
          returned(chains.take(leased ? made(...news.map((id) => handed(id, behind))) : left(), 0));
        };
        const settle = (ok: boolean): void => {
          const id = sending.shift();
          if (id === undefined) return;
          const row = rows.find((each) => each.id === id)!;
          row.over = ok;
          results.push({ id, ok });
          if (ok) chains.over(deliveryOf(id), 0);
          else chains.break(deliveryOf(id), { nextTryAt: 0, now: 0 });
        };
        const write = (): void => {
          for (const { id, ok } of results.splice(0)) {
            const at = rows.findIndex((row) => row.id === id);
            if (ok) rows[at]!.written = true;
            else for (const row of rows.slice(at)) row.leased = false;
          }
        };
        const claim = (): void => {
          const [first] = pending();
          if (first === undefined || first.leased) return;
          first.leased = true;
          chains.claimed(deliveryOf(first.id), 0);
          begin([first.id]);
        };
        const actions = {
          ...{ make: () => make(1), make_two: () => make(2), make_beside: () => make(1, true) },
          ...{ deliver: () => settle(true), fail: () => settle(false), write, claim },
        };
        for (const name of steps) {
          actions[name]();
          begin(takeReady(chains));
        }
      }),
      { numRuns: 500 },
    );
  });
});
