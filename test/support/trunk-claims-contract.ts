import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest, Ledger } from '../../src/db/ledger.ts';
import type { TrunkStore } from '../../src/db/trunk-store.ts';
import type { Lease } from '../../src/domain/asterisks/lease.ts';
import { noteRinging } from '../../src/domain/calls/call-moves.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import { increasePerSecond, slowestFactor } from '../../src/domain/trunks/trunk-pace.ts';
import { sightingKeptMs } from '../../src/domain/trunks/trunk-sightings.ts';
import { newTrunkState, type TrunkState } from '../../src/domain/trunks/trunk-state.ts';
import {
  answerTransition,
  dialTransition,
  lastAttempt,
  noAnswerTransition,
  sampleIds,
  sampleAcceptance,
  sampleTransition,
  sampleAgent,
} from './sample-call.ts';

/** A ledger of its own for a test, empty, with the store of the trunks that it claims for. */
export interface TrunkClaimsUnderTest {
  ledger: Ledger;
  /** Held. */
  lease: Lease;
  trunks: TrunkStore;
  close(): Promise<void>;
}

const t0 = 1_800_000_000_000;
const trunk = 'carrier-a';

/** What every ledger keeps to where trunks are drained, down, closed or slowed down; run on PostgreSQL and on its twin in memory. */
export function testTrunkClaimsContract(name: string, create: () => Promise<TrunkClaimsUnderTest>): void {
  describe(`trunks in the ledger ${name}`, () => {
    let under: TrunkClaimsUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      under = await create();
      ledger = under.ledger;
    });
    afterEach(() => under.close());

    async function change(changes: Partial<TrunkState>, at = t0): Promise<void> {
      const state = (await under.trunks.states()).get(trunk) ?? newTrunkState(trunk);
      expect(await under.trunks.change({ ...state, ...changes }, { at, events: [] })).toBe('changed');
    }

    async function accepted(count: number): Promise<Call[]> {
      const acceptances = Array.from({ length: count }, () => sampleAcceptance({ at: t0 }));
      for (const acceptance of acceptances)
        expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
      return acceptances.map(({ transition }) => transition.call);
    }

    async function claim(candidates: readonly Call[], changes: Partial<ClaimRequest> = {}): Promise<Call[]> {
      const { now = t0 } = changes;
      const claimed = await ledger.claim({
        ...{
          trunk,
          lease: under.lease,
          now,
          limit: 100,
          channels: 100,
          spacingMs: 100,
          reserveUntil: now + 1_000,
        },
        candidates: candidates.map((call) => call.id),
        decide: (call: Call, sendAt: number) => dialTransition(call, { trunk, sendAt, at: now }),
        ...changes,
      });
      return claimed.map(({ call }) => call);
    }

    const reserve = (now = t0): Promise<number | null> =>
      ledger.reserveInstant({ campaignId: null, trunk, now, spacingMs: 100 });
    const instantsOf = (calls: readonly Call[]): number[] =>
      calls.map((call) => lastAttempt(call).sendAt - t0);
    const closedUntil = (until: number): Partial<TrunkState> => ({
      breaker: { failures: 0, closings: 1, closedUntil: until, changedAt: t0 - 1 },
    });
    const sighting = (up: boolean, seenAt: number) => ({ up, reason: null, since: seenAt, seenAt });

    describe('keeps a state exactly as it was changed', () => {
      it('and changes it from the revision that it has only', async () => {
        const state: TrunkState = {
          name: trunk,
          revision: 0,
          drainedAt: t0 + 1,
          pace: { factor: 0.325, slowedAt: t0 + 2 },
          breaker: { failures: 0, closings: 3, closedUntil: t0 + 5, changedAt: t0 + 4 },
          sightings: { west: { up: false, reason: 'It does not answer.', since: t0, seenAt: t0 + 3 } },
          reportedUp: false,
        };
        const change = { at: t0, events: [] };
        expect(await under.trunks.change(state, change)).toBe('changed');
        expect((await under.trunks.states()).get(trunk)).toEqual({ ...state, revision: 1 });
        expect(await under.trunks.change(state, change)).toBe('lost_race');
        const [first, second] = await Promise.all(
          [t0 + 8, t0 + 9].map((drainedAt) =>
            under.trunks.change({ ...state, revision: 1, drainedAt }, change),
          ),
        );
        expect([first, second].toSorted()).toEqual(['changed', 'lost_race']);
      });

      it('also of a trunk that was claimed for before', async () => {
        const [call] = await accepted(1);
        expect(await claim([call!])).toHaveLength(1);
        await change({ drainedAt: t0 });
        expect((await under.trunks.states()).get(trunk)).toEqual({
          ...newTrunkState(trunk),
          revision: 1,
          drainedAt: t0,
        });
        expect(await under.trunks.liveByTrunk()).toEqual(new Map([[trunk, 1]]));
      });
    });

    it('takes no leg of a transfer for a trunk that is drained or closed, and counts those that are on it', async () => {
      const [call] = await accepted(1);
      const claimTransfer = () =>
        under.ledger.claimTransfer({
          ...{ leg: sampleIds.newId('att'), callId: call!.id, trunk, callerId: null, lease: under.lease },
          ...{ callee: sampleAgent, isAgent: false },
          ...{ now: t0, legLimitMs: 60_000, channels: 10, spacingMs: 100, reserveUntil: t0 + 5_000 },
        });
      expect(await claim([call!])).toHaveLength(1);
      expect(await claimTransfer()).toEqual({ sendAt: t0 + 100 });
      expect(await under.trunks.liveByTrunk()).toEqual(new Map([[trunk, 2]]));
      await change({ drainedAt: t0 });
      expect(await claimTransfer()).toBe('no_channel');
      await change({ drainedAt: null, ...closedUntil(t0 - 1) });
      expect(await claimTransfer()).toBe('no_channel');
      expect(await under.trunks.liveByTrunk()).toEqual(new Map([[trunk, 2]]));
    });

    it('takes nothing for a trunk that is drained, and goes on once it is resumed', async () => {
      const calls = await accepted(3);
      expect(await claim(calls, { limit: 1 })).toHaveLength(1);
      await change({ drainedAt: t0 });
      expect(await claim(calls)).toEqual([]);
      expect(await reserve()).toBeNull();
      expect(await claim(calls, { trunk: 'carrier-b', limit: 1 })).toHaveLength(1);
      await change({ drainedAt: null });
      expect(await claim(calls)).toHaveLength(1);
      expect(await reserve()).toEqual(t0 + 200);
    });

    it('takes nothing for a trunk that is down everywhere, as long as somebody stands for that', async () => {
      const calls = await accepted(2);
      await change({ sightings: { west: sighting(false, t0 - 5_000), east: sighting(false, t0) } });
      expect(await claim(calls)).toEqual([]);
      expect(await reserve()).toBeNull();
      expect(await claim(calls, { now: t0 + sightingKeptMs - 1 })).toEqual([]);
      expect(await claim(calls, { now: t0 + sightingKeptMs })).toHaveLength(2);
    });

    it('takes calls for a trunk that one Asterisk reaches', async () => {
      const calls = await accepted(2);
      await change({ sightings: { west: sighting(false, t0), east: sighting(true, t0) } });
      expect(await claim(calls)).toHaveLength(2);
    });

    it('takes nothing for a trunk that its breaker has closed, then one call at a time', async () => {
      const calls = await accepted(4);
      await change(closedUntil(t0 + 1_000));
      expect(await claim(calls, { now: t0 + 999 })).toEqual([]);
      expect(await reserve(t0 + 999)).toBeNull();
      const [probe] = await claim(calls, { now: t0 + 1_000 });
      expect(await claim(calls, { now: t0 + 2_000 })).toEqual([]);
      const ringing = sampleTransition(noteRinging(probe!, lastAttempt(probe!).id, t0 + 2_000));
      expect(await ledger.commit(ringing)).toBe('committed');
      const [second, ...others] = await claim(calls, { now: t0 + 3_000 });
      expect(others).toEqual([]);
      expect(await claim(calls, { now: t0 + 4_000 })).toEqual([]);
      expect(await ledger.commit(noAnswerTransition(second!))).toBe('committed');
      expect(await claim(calls, { now: t0 + 5_000 })).toHaveLength(1);
    });

    it('probes beside calls that talk since before it was closed, while a channel is free', async () => {
      const calls = await accepted(4);
      const talking = await claim(calls, { limit: 2 });
      for (const call of talking) expect(await ledger.commit(answerTransition(call))).toBe('committed');
      await change(closedUntil(t0 + 1_000));
      expect(await claim(calls, { now: t0 + 1_000, channels: 2 })).toEqual([]);
      expect(await claim(calls, { now: t0 + 1_000, channels: 3 })).toHaveLength(1);
    });

    it('probes with one call, though 20 claim at once', async () => {
      const calls = await accepted(20);
      await change(closedUntil(t0 - 1));
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim(calls)));
      expect(claims.flat()).toHaveLength(1);
    });

    it('spaces what it takes for a trunk that is slowed down, and for none faster than it is asked to', async () => {
      const calls = await accepted(30);
      await change({ pace: { factor: 0.5, slowedAt: t0 } });
      expect(instantsOf(await claim(calls, { limit: 3 }))).toEqual([0, 200, 400]);
      expect(await reserve()).toBe(t0 + 600);
      expect(await reserve()).toBe(t0 + 800);
      await change({ pace: { factor: slowestFactor, slowedAt: t0 } });
      expect(instantsOf(await claim(calls, { limit: 3, reserveUntil: t0 + 9_000 }))).toEqual([
        1_000, 3_000, 5_000,
      ]);
      const halfway = t0 + (0.5 / increasePerSecond) * 1_000;
      await change({ pace: { factor: 0.25, slowedAt: t0 } });
      expect(
        instantsOf(await claim(calls, { limit: 2, now: halfway })).map((at) => at - (halfway - t0)),
      ).toEqual([0, Math.ceil(100 / 0.75)]);
      const later = t0 + 3_600_000;
      expect(instantsOf(await claim(calls, { limit: 3, now: later })).map((at) => at - (later - t0))).toEqual(
        [0, 100, 200],
      );
      expect((await reserve(later + 500))! - later).toBe(500);
      expect((await reserve(later + 500))! - later).toBe(600);
    });
  });
}
