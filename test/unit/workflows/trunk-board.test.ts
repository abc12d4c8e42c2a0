import { describe, expect, it } from 'vitest';
import {
  answer,
  endAttempt,
  noteRinging,
  startAttempt,
  type Move,
} from '../../../src/domain/calls/call-moves.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import type { Verdict } from '../../../src/domain/calls/verdict.ts';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { failuresToClose, firstClosedMs } from '../../../src/domain/trunks/trunk-breaker.ts';
import { sightingKeptMs, withSighting } from '../../../src/domain/trunks/trunk-sightings.ts';
import { assert } from '../../../src/lib/assert.ts';
import { TrunkBoard } from '../../../src/workflows/trunk-board.ts';
import { TrunkWatch } from '../../../src/workflows/trunk-watch.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { InMemoryTrunks } from '../../support/in-memory-trunks.ts';
import { lastAttempt, sampleCall, sampleIds, sampleSession } from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const trunks = ['carrier-a', 'carrier-b'].map((name) => ({ ...simulatorTrunk, name }));

/** Gateways on one database. */
function gateways(count: number) {
  const clock = new VirtualClock();
  const store = new InMemoryTrunks(new InMemoryLedger());
  const all = Array.from({ length: count }, () => {
    let changes = 0;
    let wakes = 0;
    const board = new TrunkBoard({
      ...{
        trunkStore: store,
        clock,
        ids: sampleIds,
        log: silentLog,
        trunks,
        asterisks: [...Array(count).keys()].map((each) => `asterisk-${each}`),
      },
      onChanged: () => (changes += 1),
    });
    const watch = new TrunkWatch({ board, wake: () => (wakes += 1) });
    return { board, watch, changes: () => changes, wakes: () => wakes };
  });
  const told = (): unknown[] => store.events.map(({ body }) => (JSON.parse(body) as { data: unknown }).data);
  return { clock, store, all, told };
}

/** A call that is dialled at the instant of the clock. */
function dialled(clock: VirtualClock): Call {
  const at = clock.now();
  return done(
    startAttempt(sampleCall({ at }), {
      id: sampleIds.newId('att'),
      trunk: 'carrier-a',
      asterisk: 'asterisk',
      epoch: 1,
      callerId: null,
      sendAt: at,
      goneBy: at + 1_000_000,
      at,
    }),
  );
}

function done(move: Move): Call {
  assert(move.result === 'moved', 'the move applies');
  return move.call;
}

const full: Verdict = {
  reason: 'congestion',
  fault: 'carrier',
  retryable: true,
  sipCode: 503,
  q850Cause: 34,
};
const busy: Verdict = { reason: 'busy', fault: 'callee', retryable: true, sipCode: 486, q850Cause: 17 };

function ended(call: Call, verdict: Verdict, at: number): Call {
  const after = { next: 'retry', at } as const;
  return done(endAttempt(call, lastAttempt(call).id, { at, verdict, progress: null, after, timeline: [] }));
}

describe('what one gateway finds out of a trunk', () => {
  it('another one knows at its next look, and reports nothing again', async () => {
    const { clock, all, told, store } = gateways(2);
    const [one, other] = all;
    for (let each = 0; each < failuresToClose; each += 1)
      one!.watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await one!.watch.write();
    expect(one!.board.isOpen('carrier-a', 'call')).toBe(false);
    expect(one!.board.isOpen('carrier-b', 'call')).toBe(true);
    expect(other!.board.isOpen('carrier-a', 'call')).toBe(true);
    await other!.board.look();
    expect(other!.board.isOpen('carrier-a', 'call')).toBe(false);
    expect([one!.changes(), other!.changes()]).toEqual([1, 1]);
    expect(told()).toEqual([
      { trunk: 'carrier-a', up: false, reason: 'Several calls in a row failed before any phone rang.' },
    ]);
    expect(store.events).toMatchObject([{ type: 'trunk.state_changed', callId: null, sequence: null }]);
  });

  it('is reported once, though all gateways find it out at once', async () => {
    const { clock, all, told } = gateways(4);
    for (const { watch } of all)
      for (let each = 0; each < failuresToClose; each += 1)
        watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await Promise.all(all.map(({ watch }) => watch.write()));
    await Promise.all(all.map(({ board }) => board.look()));
    expect(told()).toHaveLength(1);
    await clock.advanceBy(firstClosedMs);
    const ringing = dialled(clock);
    const rings = done(noteRinging(ringing, lastAttempt(ringing).id, clock.now()));
    for (const { watch } of all) watch.kept(rings);
    await Promise.all(all.map(({ watch }) => watch.write()));
    expect(told().slice(1)).toEqual([{ trunk: 'carrier-a', up: true, reason: null }]);
  });

  it('is kept for the next time where it could not be written down, and counts once', async () => {
    const { clock, all, store } = gateways(1);
    const { watch, board } = all[0]!;
    const change = store.change.bind(store);
    store.change = () => Promise.reject(new LedgerUnavailable('away'));
    for (let each = 0; each < failuresToClose - 2; each += 1)
      watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await expect(watch.write()).rejects.toThrow(LedgerUnavailable);
    watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    store.change = change;
    await watch.write();
    await watch.write();
    expect((await store.states()).get('carrier-a')?.breaker.failures).toBe(failuresToClose - 1);
    watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await watch.write();
    expect(board.isOpen('carrier-a', 'call')).toBe(false);
  });

  it('costs nothing while the trunk is well', async () => {
    const { clock, all, store } = gateways(1);
    const { watch, wakes } = all[0]!;
    for (let each = 0; each < 50; each += 1) {
      const call = dialled(clock);
      watch.kept(call);
      watch.kept(
        done(answer(call, lastAttempt(call).id, { at: clock.now(), session: sampleSession(), timeline: [] })),
      );
      watch.attemptEnded(ended(call, busy, clock.now()));
    }
    await watch.write();
    expect(wakes()).toBe(0);
    expect((await store.states()).size).toBe(0);
  });

  it('counts failures in a row only: a phone that rings in between begins the count anew', async () => {
    const { clock, all, store } = gateways(1);
    const { watch, board } = all[0]!;
    for (let each = 0; each < 4 * failuresToClose; each += 1) {
      const isFine = each % (failuresToClose - 1) === failuresToClose - 2;
      watch.attemptEnded(ended(dialled(clock), isFine ? busy : full, clock.now()));
      if (each % 3 === 0) await watch.write();
    }
    await watch.write();
    expect(board.isOpen('carrier-a', 'call')).toBe(true);
    expect(board.tell()[0]).toMatchObject({ up: true, drained: false, paceFactor: 0.5 });
    expect((await store.states()).get('carrier-a')?.breaker.closedUntil).toBeNull();
  });

  it('does not take it that a call of old came through for a sign of the present', async () => {
    const { clock, all } = gateways(1);
    const { watch, board } = all[0]!;
    const call = dialled(clock);
    const talking = done(
      answer(call, lastAttempt(call).id, { at: clock.now(), session: sampleSession(), timeline: [] }),
    );
    await clock.advanceBy(60_000);
    for (let each = 0; each < failuresToClose; each += 1)
      watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await watch.write();
    await clock.advanceBy(1_000);
    watch.kept(talking);
    watch.attemptEnded(ended(talking, { ...busy, reason: 'answered', fault: 'none' }, clock.now()));
    await watch.write();
    expect(board.isOpen('carrier-a', 'call')).toBe(false);
  });
});

describe('a trunk that is probed', () => {
  it('is chosen by some calls, the same each time, though another one is open', async () => {
    const { clock, all } = gateways(1);
    const { watch, board } = all[0]!;
    for (let each = 0; each < failuresToClose; each += 1)
      watch.attemptEnded(ended(dialled(clock), full, clock.now()));
    await watch.write();
    await clock.advanceBy(firstClosedMs);
    await board.look();
    const seeds = Array.from({ length: 400 }, (_, index) => `call_${index}`);
    const probing = seeds.filter((seed) => board.isOpen('carrier-a', seed));
    expect(probing.length).toBeGreaterThan(60);
    expect(probing.length).toBeLessThan(140);
    expect(seeds.filter((seed) => board.isOpen('carrier-a', seed))).toEqual(probing);
  });
});

describe('a trunk that an Asterisk does not reach', () => {
  it('is left alone by the gateway of that Asterisk at once, by the others while none reaches it', async () => {
    const { clock, all, told } = gateways(2);
    const [one, other] = all;
    const see = (asterisk: string, up: boolean) => (state: ReturnType<TrunkBoard['stateOf']>) => ({
      ...state,
      sightings: withSighting(state.sightings, asterisk, {
        up,
        reason: up ? null : 'It is away.',
        at: clock.now(),
      }),
    });
    await other!.board.change('carrier-a', see('asterisk-1', true));
    await one!.board.change('carrier-a', see('asterisk-0', false));
    await other!.board.look();
    expect(
      all.map(({ board }, index) => board.waysOf(`asterisk-${index}`).isOpen('carrier-a', 'call')),
    ).toEqual([false, true]);
    expect(told()).toEqual([]);
    await other!.board.change('carrier-a', see('asterisk-1', false));
    expect(other!.board.isOpen('carrier-a', 'call')).toBe(false);
    expect(told()).toEqual([{ trunk: 'carrier-a', up: false, reason: 'It is away.' }]);
  });

  it('is up again, and that is reported once, when nobody stands for its being down any more', async () => {
    const { clock, all, told } = gateways(2);
    const sightings = withSighting({}, 'gone', { up: false, reason: 'It is away.', at: clock.now() });
    await all[0]!.board.change('carrier-a', (state) => ({ ...state, sightings }));
    await clock.advanceBy(sightingKeptMs);
    await Promise.all(all.map(({ board }) => board.look()));
    expect(told().slice(1)).toEqual([{ trunk: 'carrier-a', up: true, reason: null }]);
    expect(all.map(({ board }) => board.isOpen('carrier-a', 'call'))).toEqual([true, true]);
  });
});
