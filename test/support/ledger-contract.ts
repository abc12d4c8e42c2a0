import { describe, expect, it, beforeEach, afterEach } from 'vitest';
import type { Acceptance, ClaimRequest, Ledger, Transition } from '../../src/db/ledger.ts';
import type { Lease } from '../../src/domain/asterisks/lease.ts';
import { answer, attend, postpone, requestEnd } from '../../src/domain/calls/call-moves.ts';
import type { Call, CallResponse } from '../../src/domain/calls/call.ts';
import type { Campaign } from '../../src/domain/campaigns/campaign.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { sampleCampaign } from './sample-campaign.ts';
import {
  answerTransition,
  dialTransition,
  firstTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
  sampleCall,
  sampleIds,
  sampleNumber,
  sampleProgress,
  sampleSession,
  sampleTransition,
  sampleVault,
  talkTransition,
  timelineEntry,
  type SampleAcceptance,
} from './sample-call.ts';

/** A ledger of its own for a test, empty. Numbers are hashed as `sampleVault` does. */
export interface LedgerUnderTest {
  ledger: Ledger;
  /** Held. */
  lease: Lease;
  /** Somebody else takes it. */
  loseLease(): Promise<void>;
  addCampaign(campaign: Campaign): Promise<void>;
  close(): Promise<void>;
}

const t0 = 1_800_000_000_000;
const never = t0 + 365 * 24 * 3_600_000;

/** What every ledger keeps to; run on PostgreSQL and on its twin in memory. */
export function testLedgerContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`the ledger ${name}`, () => {
    let under: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      under = await create();
      ledger = under.ledger;
    });
    afterEach(() => under.close());

    async function accepted(options: SampleAcceptance = {}): Promise<Call> {
      const acceptance = sampleAcceptance({ at: t0, ...options });
      expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
      return acceptance.transition.call;
    }

    /** 0: it waits; 1: it is dialled; 2: answered; 3: to be tried again; 4: it has ended. */
    async function movedTo(call: Call, stage: number): Promise<Call> {
      if (stage === 0) return call;
      const dialled = await committed(dialTransition(call));
      if (stage === 1) return dialled;
      if (stage === 2) return committed(answerTransition(dialled));
      return committed(noAnswerTransition(dialled, stage === 3 ? { retryAt: t0 + 60_000 } : {}));
    }

    async function committed(transition: Transition): Promise<Call> {
      expect(await ledger.commit(transition)).toBe('committed');
      return transition.call;
    }

    function claimRequest(candidates: readonly Call[], changes: Partial<ClaimRequest> = {}): ClaimRequest {
      const trunk = changes.trunk ?? 'carrier-a';
      return {
        trunk,
        lease: under.lease,
        now: t0,
        candidates: candidates.map((call) => call.id),
        limit: 100,
        channels: 100,
        spacingMs: 20,
        reserveUntil: never,
        decide: (call, sendAt) => dialTransition(call, { trunk, sendAt, at: t0 }),
        ...changes,
      };
    }

    describe('keeps a call exactly as it was committed', () => {
      it('through every state', async () => {
        let call = await accepted({
          changes: { callerId: '+911600000001', notBefore: t0 - 5, list: 'parents', startAt: 'q2' },
        });
        expect(await ledger.call(call.id)).toStrictEqual(call);
        for (const move of [
          (from: Call) => dialTransition(from, { at: t0 + 1, sendAt: t0 + 33 }),
          (from: Call) => noAnswerTransition(from, { at: t0 + 2, retryAt: t0 + 3 }),
          (from: Call) => dialTransition(from, { at: t0 + 4, trunk: 'carrier-b' }),
          (from: Call) => sampleTransition(attend(from, lastAttempt(from).id, 8), t0 + 4),
          (from: Call) => answerTransition(from, t0 + 5),
          (from: Call) =>
            talkTransition(from, { responses: [response('q2', 'आ'), response('q1', 'b')], at: t0 + 6 }),
          (from: Call) =>
            talkTransition(from, { responses: [response('q0', 'a'), response('q1', 'c')], at: t0 + 7 }),
          (from: Call) => noAnswerTransition(from, { at: t0 + 8 }),
        ]) {
          call = await committed(move(call));
          expect(await ledger.call(call.id)).toStrictEqual(call);
        }
        expect(call.responses.map((each) => [each.question, each.value])).toEqual([
          ['q0', 'a'],
          ['q1', 'c'],
          ['q2', 'आ'],
        ]);
      });

      it('with responses that came with the request', async () => {
        const given: CallResponse = { ...response('q1', 'b'), key: null, givenOn: 'request', attempt: null };
        const call = await accepted({
          changes: { responses: [given, response('q0', 'a'), { ...given, person: 'p2' }] },
        });
        expect(await ledger.call(call.id)).toStrictEqual(call);
      });

      it('with consents and the words that they were asked in', async () => {
        const consent = { flow: { id: 'study', version: 3 }, language: 'hi' };
        const talking = await committed(
          answerTransition(await committed(dialTransition(await accepted())), t0 + 5),
        );
        const given = { ...response('agree', 'yes'), consent };
        const call = await committed(talkTransition(talking, { responses: [given], at: t0 + 6 }));
        expect(await ledger.call(call.id)).toStrictEqual(call);
        expect(call.responses).toContainEqual(given);
      });

      it('with the progress that an attempt left', async () => {
        const call = await accepted({ changes: { progress: sampleProgress } });
        expect((await ledger.call(call.id))?.progress).toStrictEqual(sampleProgress);
      });

      it('with a request to end the attempt', async () => {
        const dialed = await committed(dialTransition(await accepted()));
        const call = await committed(sampleTransition(requestEnd(dialed)));
        expect(await ledger.call(call.id)).toStrictEqual(call);
      });
    });

    describe('accepts', () => {
      const idempotency = { owner: 'owner-1', key: 'key-1', bodyHash: 'hash-1' };

      it('the number into the vault', async () => {
        const call = await accepted({ number: '+919812345678' });
        expect(await ledger.numberOf(call.person)).toBe('+919812345678');
        expect(await ledger.numberOf(sampleVault.personOf('+919800000000'))).toBeNull();
      });

      it('a call that ends at once, with both events', async () => {
        const state = {
          status: 'ended',
          endedAt: t0,
          outcome: 'blocked',
          blockedBy: 'all',
          problem: null,
        } as const;
        const number = sampleNumber();
        const transition = firstTransition(sampleCall({ number, at: t0, changes: { state } }), [
          { type: 'call.queued' },
          { type: 'call.ended' },
        ]);
        expect(await ledger.accept({ transition, number, idempotency: null, reply: '' })).toEqual({
          result: 'accepted',
        });
        expect(await ledger.call(transition.call.id)).toStrictEqual(transition.call);
        expect(await ledger.dueCalls(never, 10)).toEqual([]);
      });

      it('one of two requests with the same key, and replays its reply', async () => {
        const first = await accepted({ idempotency, reply: 'the reply' });
        const second = sampleAcceptance({ idempotency });
        expect(await ledger.accept(second)).toEqual({
          result: 'replayed',
          callId: first.id,
          reply: 'the reply',
        });
        expect(await ledger.call(second.transition.call.id)).toBeNull();
        expect(await ledger.numberOf(second.transition.call.person)).toBeNull();
      });

      it('no other body under a key that was used', async () => {
        await accepted({ idempotency });
        const second = sampleAcceptance({ idempotency: { ...idempotency, bodyHash: 'hash-2' } });
        expect(await ledger.accept(second)).toEqual({ result: 'key_reused' });
        expect(await ledger.call(second.transition.call.id)).toBeNull();
      });

      it('and tells what became of a key before, without accepting anything', async () => {
        expect(await ledger.acceptedBefore(idempotency)).toBeNull();
        const first = await accepted({ idempotency, reply: 'the reply' });
        const replayed = { result: 'replayed', callId: first.id, reply: 'the reply' };
        expect(await ledger.acceptedBefore(idempotency)).toEqual(replayed);
        expect(await ledger.acceptedBefore({ ...idempotency, bodyHash: 'hash-2' })).toEqual({
          result: 'key_reused',
        });
        expect(await ledger.acceptedBefore({ ...idempotency, owner: 'owner-2' })).toBeNull();
      });

      it('the same key of another owner', async () => {
        await accepted({ idempotency });
        await accepted({ idempotency: { ...idempotency, owner: 'owner-2' } });
      });

      it('exactly one of ten equal requests at once, for each of 100 keys', async () => {
        const keys = Array.from({ length: 100 }, (_, index) => ({
          owner: 'o',
          key: `k${index}`,
          bodyHash: 'h',
        }));
        const all = keys.flatMap((key) =>
          Array.from({ length: 10 }, () => sampleAcceptance({ idempotency: key, at: t0 })),
        );
        const accept = async (each: Acceptance) => ({
          key: each.idempotency?.key,
          ...(await ledger.accept(each)),
        });
        const results: Awaited<ReturnType<typeof accept>>[] = [];
        // a hundred at a time: a thousand would wait for a connection longer than any may on a busy machine
        for (let from = 0; from < all.length; from += 100)
          results.push(...(await Promise.all(all.slice(from, from + 100).map(accept))));
        const byKey = [...Map.groupBy(results, (each) => each.key).values()];
        expect(byKey.map((each) => each.filter(({ result }) => result === 'accepted').length)).toEqual(
          keys.map(() => 1),
        );
        expect(results.filter(({ result }) => result === 'key_reused')).toEqual([]);
        expect(await ledger.calls({ limit: 1000 })).toHaveLength(100);
      });
    });

    describe('moves a call', () => {
      it('only from the revision that it has', async () => {
        const call = await accepted();
        const first = dialTransition(call);
        const second = dialTransition(call);
        expect(await Promise.all([ledger.commit(first), ledger.commit(second)])).toEqual([
          'committed',
          'lost_race',
        ]);
        expect(await ledger.call(call.id)).toStrictEqual(first.call);
        expect(await ledger.commit(first)).toBe('lost_race');
      });

      it('and writes nothing of a move that lost', async () => {
        const call = await accepted();
        const talking = await committed(answerTransition(await committed(dialTransition(call))));
        const lost = talkTransition(talking, { responses: [response('q1', 'a')], optOutScope: 'all' });
        const winner = talkTransition(talking);
        await committed(winner);
        const before = await ledger.timeline(call.id);
        expect(await ledger.commit(lost)).toBe('lost_race');
        expect(await ledger.call(call.id)).toStrictEqual(winner.call);
        expect(await ledger.optOuts(call.person)).toEqual([]);
        expect(await ledger.timeline(call.id)).toEqual(before);
      });

      it('that nobody has heard of: lost', async () => {
        expect(await ledger.commit(dialTransition({ ...sampleCall({ at: t0 }), revision: 1 }))).toBe(
          'lost_race',
        );
      });

      it('many at once, each by itself', async () => {
        const calls = await Promise.all(Array.from({ length: 60 }, () => accepted()));
        const stale = new Set(calls.slice(0, 20).map((call) => call.id));
        for (const call of calls.slice(0, 20)) await committed(sampleTransition(postpone(call, t0 + 9)));
        const results = await Promise.all(
          calls.map(async (call) => ({ id: call.id, result: await ledger.commit(dialTransition(call)) })),
        );
        for (const { id, result } of results) expect(result).toBe(stale.has(id) ? 'lost_race' : 'committed');
        expect(await ledger.liveCalls()).toHaveLength(40);
      });

      it('through several moves that are asked for without waiting', async () => {
        const call = await accepted();
        const dialed = dialTransition(call);
        const answered = answerTransition(dialed.call);
        const ended = noAnswerTransition(answered.call);
        const results = await Promise.all([dialed, answered, ended].map((each) => ledger.commit(each)));
        expect(results).toEqual(['committed', 'committed', 'committed']);
        expect(await ledger.call(call.id)).toStrictEqual(ended.call);
      });

      it('not to a second live attempt of one person, and spoils no other move with it', async () => {
        const number = sampleNumber();
        const [first, second, other] = [
          await accepted({ number }),
          await accepted({ number }),
          await accepted(),
        ];
        const results = await Promise.all(
          [first, second, other].map((call) => ledger.commit(dialTransition(call))),
        );
        expect(results.toSorted()).toEqual(['committed', 'committed', 'lost_race']);
        expect(results[2]).toBe('committed');
      });

      it('and keeps its timeline in the order of the moves', async () => {
        let call = await accepted();
        call = await committed(dialTransition(call, { at: t0 }));
        const lines = [timelineEntry('key', t0 + 2), timelineEntry('prompt', t0 + 1)];
        const move = answer(call, lastAttempt(call).id, { at: t0, session: sampleSession(), timeline: [] });
        call = await committed({ ...sampleTransition(move, t0), timeline: lines });
        const timeline = await ledger.timeline(call.id);
        expect(timeline.map((entry) => entry.type)).toEqual([
          'call.queued',
          'call.attempt_started',
          'key',
          'prompt',
        ]);
        expect(timeline.slice(2)).toStrictEqual(lines);
        expect(await ledger.timeline(sampleCall().id)).toEqual([]);
      });

      it('and keeps an opt-out once', async () => {
        const number = sampleNumber();
        for (const scope of ['list:parents', 'all', 'all']) {
          const talking = await committed(
            answerTransition(await committed(dialTransition(await accepted({ number })))),
          );
          const opted = await committed(talkTransition(talking, { optOutScope: scope }));
          await committed(noAnswerTransition(opted));
        }
        expect(await ledger.optOuts(sampleVault.personOf(number))).toEqual(['all', 'list:parents']);
      });
    });

    describe('knows what is due', () => {
      it('most urgent first, then longest due', async () => {
        const late = await accepted({ dueAt: t0 + 20 });
        const early = await accepted({ dueAt: t0 + 10 });
        const high = await accepted({ dueAt: t0 + 30, changes: { priority: 'high' } });
        const emergency = await accepted({ dueAt: t0 + 40, changes: { priority: 'emergency' } });
        await accepted({ dueAt: t0 + 50, changes: { priority: 'emergency' } });
        expect(idsOf(await ledger.dueCalls(t0 + 40, 10))).toEqual(idsOf([emergency, high, early, late]));
        expect(idsOf(await ledger.dueCalls(t0 + 40, 2))).toEqual(idsOf([emergency, high]));
      });

      it('page by page, each after the call that the one before ended with', async () => {
        const high = await accepted({ dueAt: t0 + 30, changes: { priority: 'high' } });
        const emergency = await accepted({ dueAt: t0 + 40, changes: { priority: 'emergency' } });
        const equals = [await accepted({ dueAt: t0 }), await accepted({ dueAt: t0 })];
        const last = await accepted({ dueAt: t0 + 20 });
        const order = [emergency, high, ...equals.toSorted((a, b) => (a.id < b.id ? -1 : 1)), last];
        for (const [index, after] of order.entries()) {
          expect(idsOf(await ledger.dueCalls(t0 + 40, 10, after))).toEqual(idsOf(order.slice(index + 1)));
          expect(idsOf(await ledger.dueCalls(t0 + 40, 1, after))).toEqual(
            idsOf(order.slice(index + 1, index + 2)),
          );
        }
        await committed(dialTransition(high));
        expect(idsOf(await ledger.dueCalls(t0 + 40, 1, high))).toEqual(idsOf(order.slice(2, 3)));
        expect(await ledger.dueCalls(t0 - 1, 10, high)).toEqual([]);
      });

      it('without people who are on the phone, and one call of a person', async () => {
        const number = sampleNumber();
        const [first, second] = [await accepted({ number }), await accepted({ number })];
        expect(idsOf(await ledger.dueCalls(t0, 10))).toEqual([first.id]);
        const dialed = await committed(dialTransition(first));
        expect(await ledger.dueCalls(t0, 10)).toEqual([]);
        await committed(noAnswerTransition(dialed));
        expect(idsOf(await ledger.dueCalls(t0, 10))).toEqual([second.id]);
      });

      it('with what is to be tried again', async () => {
        const call = await committed(
          noAnswerTransition(await committed(dialTransition(await accepted())), { retryAt: t0 + 77 }),
        );
        expect(await ledger.dueCalls(t0 + 76, 10)).toEqual([]);
        expect(await ledger.dueCalls(t0 + 77, 10)).toStrictEqual([call]);
      });

      it('and what has expired while it waited, oldest first', async () => {
        const second = await accepted({ changes: { notAfter: t0 + 20 } });
        const first = await accepted({ changes: { notAfter: t0 + 10 } });
        const dialed = await accepted({ changes: { notAfter: t0 + 5 } });
        await committed(dialTransition(dialed));
        await accepted({ changes: { notAfter: t0 + 21 } });
        expect(idsOf(await ledger.expiredCalls(t0 + 20, 10))).toEqual(idsOf([first, second]));
        expect(idsOf(await ledger.expiredCalls(t0 + 20, 1))).toEqual(idsOf([first]));
      });
    });

    describe('claims', () => {
      it('due candidates, most urgent first, and reserves an instant for each', async () => {
        const low = await accepted();
        const high = await accepted({ changes: { priority: 'high' } });
        await accepted();
        const later = await accepted({ dueAt: t0 + 1 });
        const claimed = await ledger.claim(claimRequest([low, later, high]));
        expect(claimed.map(({ call }) => [call.id, lastAttempt(call).sendAt])).toEqual([
          [high.id, t0],
          [low.id, t0 + 20],
        ]);
        expect(await ledger.call(high.id)).toStrictEqual(claimed[0]?.call);
      });

      it('no more than the trunk has channels free', async () => {
        const calls = await Promise.all(Array.from({ length: 8 }, () => accepted()));
        expect(await ledger.claim(claimRequest(calls, { channels: 3 }))).toHaveLength(3);
        expect(await ledger.claim(claimRequest(calls, { channels: 3 }))).toEqual([]);
        expect(
          await ledger.claim(claimRequest(calls, { channels: 3, trunk: 'carrier-b', limit: 1 })),
        ).toHaveLength(1);
        const live = await ledger.liveCalls();
        await committed(noAnswerTransition(live.find((call) => lastAttempt(call).trunk === 'carrier-a')!));
        expect(await ledger.claim(claimRequest(calls, { channels: 3 }))).toHaveLength(1);
        expect(await ledger.claim(claimRequest(calls, { channels: 1 }))).toEqual([]);
      });

      it('no call that is bound to another trunk', async () => {
        const bound = await accepted({ changes: { trunk: 'carrier-b' } });
        expect(await ledger.claim(claimRequest([bound]))).toEqual([]);
        expect(await ledger.claim(claimRequest([bound], { trunk: 'carrier-b' }))).toHaveLength(1);
      });

      it('never two calls of one person', async () => {
        const number = sampleNumber();
        const calls = [await accepted({ number, dueAt: t0 - 1 }), await accepted({ number })];
        expect((await ledger.claim(claimRequest(calls))).map(({ call }) => call.id)).toEqual([calls[0]?.id]);
        expect(await ledger.claim(claimRequest(calls))).toEqual([]);
      });

      it('no instant after the one it may reserve, and goes on from there', async () => {
        const calls = await Promise.all(
          Array.from({ length: 5 }, (_, index) => accepted({ dueAt: t0 - 5 + index })),
        );
        const first = await ledger.claim(claimRequest(calls, { reserveUntil: t0 + 20 }));
        expect(first.map(({ call }) => lastAttempt(call).sendAt)).toEqual([t0, t0 + 20]);
        const second = await ledger.claim(claimRequest(calls, { now: t0 + 10 }));
        expect(second.map(({ call }) => lastAttempt(call).sendAt)).toEqual([t0 + 40, t0 + 60, t0 + 80]);
        expect(
          await ledger.reserveInstant({ campaignId: null, trunk: 'carrier-a', now: t0, spacingMs: 20 }),
        ).toBe(t0 + 100);
        expect(
          await ledger.reserveInstant({ campaignId: null, trunk: 'carrier-a', now: t0 + 500, spacingMs: 20 }),
        ).toBe(t0 + 500);
        expect(
          await ledger.reserveInstant({ campaignId: null, trunk: 'carrier-b', now: t0, spacingMs: 20 }),
        ).toBe(t0);
      });

      it('another instant from when on it can be kept, and the next after that', async () => {
        await ledger.claim(claimRequest([await accepted({ dueAt: t0 - 2 })]));
        const wanted = { campaignId: null, trunk: 'carrier-a', now: t0, spacingMs: 20 };
        expect(await ledger.reserveInstant({ ...wanted, sendFrom: t0 + 70 })).toBe(t0 + 70);
        expect(await ledger.reserveInstant({ ...wanted, sendFrom: t0 + 70 })).toBe(t0 + 90);
        expect(await ledger.reserveInstant(wanted)).toBe(t0 + 110);
      });

      it('no instant before the one it may give first, whatever is free', async () => {
        const calls = [await accepted({ dueAt: t0 - 2 }), await accepted({ dueAt: t0 - 1 })];
        const limits = { sendFrom: t0 + 30, reserveUntil: t0 + 60 };
        const claimed = await ledger.claim(claimRequest(calls, limits));
        expect(claimed.map(({ call }) => lastAttempt(call).sendAt)).toEqual([t0 + 30, t0 + 50]);
        const late = [await accepted(), await accepted()];
        const next = await ledger.claim(claimRequest(late, { sendFrom: t0 + 10, reserveUntil: t0 + 85 }));
        expect(next.map(({ call }) => lastAttempt(call).sendAt)).toEqual([t0 + 70]);
      });

      it('and spends no instant on a call that is not dialled', async () => {
        const [blocked, dialed] = [await accepted({ dueAt: t0 - 1 }), await accepted()];
        const decide = (call: Call, sendAt: number) =>
          call.id === blocked.id
            ? sampleTransition(postpone(call, t0 + 99))
            : dialTransition(call, { sendAt });
        const claimed = await ledger.claim(claimRequest([blocked, dialed], { decide }));
        expect(claimed.map(({ call }) => call.state.status)).toEqual(['queued', 'dialing']);
        expect(lastAttempt(claimed[1]!.call).sendAt).toBe(t0);
      });

      it('with the opt-outs that are on record at that moment', async () => {
        const number = sampleNumber();
        const talking = await committed(
          answerTransition(await committed(dialTransition(await accepted({ number })))),
        );
        await committed(
          noAnswerTransition(await committed(talkTransition(talking, { optOutScope: 'list:a' }))),
        );
        const [known, other] = [await accepted({ number }), await accepted()];
        const seen = new Map<CallId, readonly string[]>();
        const decide = (call: Call, sendAt: number, optOuts: readonly string[]) => {
          seen.set(call.id, optOuts);
          return dialTransition(call, { sendAt });
        };
        await ledger.claim(claimRequest([known, other], { decide }));
        expect(seen).toEqual(
          new Map([
            [known.id, ['list:a']],
            [other.id, []],
          ]),
        );
      });

      it('never over the channels, though 50 claim at once, and no call twice', async () => {
        const calls = await Promise.all(Array.from({ length: 80 }, () => accepted()));
        const claims = await Promise.all(
          Array.from({ length: 50 }, () => ledger.claim(claimRequest(calls, { channels: 30, limit: 4 }))),
        );
        const claimed = claims.flat().map(({ call }) => call);
        expect(claimed).toHaveLength(30);
        expect(new Set(idsOf(claimed)).size).toBe(30);
        expect(await ledger.liveCalls()).toHaveLength(30);
        const instants = claimed.map((call) => lastAttempt(call).sendAt).sort((a, b) => a - b);
        expect(instants).toEqual(instants.map((_, index) => t0 + index * 20));
      });

      it('nothing for who has lost the lease of its Asterisk', async () => {
        const calls = [await accepted(), await accepted()];
        const stale = { ...under.lease, epoch: under.lease.epoch - 1 };
        expect(await ledger.claim(claimRequest(calls, { lease: stale }))).toEqual([]);
        const unknown = { ...under.lease, asterisk: 'nowhere' };
        expect(await ledger.claim(claimRequest(calls, { lease: unknown }))).toEqual([]);
        expect(await ledger.claim(claimRequest(calls, { limit: 1 }))).toHaveLength(1);
        await under.loseLease();
        expect(await ledger.claim(claimRequest(calls))).toEqual([]);
        expect(await ledger.liveCalls()).toHaveLength(1);
      });

      it('nothing either where the lease is lost between the look and the claim', async () => {
        const calls = [await accepted()];
        const losing: Promise<void>[] = [];
        const decide = (call: Call, sendAt: number) => {
          losing.push(under.loseLease());
          return dialTransition(call, { sendAt });
        };
        const claimed = await ledger.claim(claimRequest(calls, { decide }));
        await Promise.all(losing);
        // whichever came first: what was claimed is on record for whoever takes the lease
        expect(idsOf(await ledger.liveCalls())).toEqual(idsOf(claimed.map(({ call }) => call)));
        expect(await ledger.claim(claimRequest([await accepted()]))).toEqual([]);
      });

      it('no person twice, though several trunks claim at once', async () => {
        const numbers = Array.from({ length: 30 }, sampleNumber);
        const calls = await Promise.all(
          [...numbers, ...numbers, ...numbers].map((number) => accepted({ number })),
        );
        const trunks = Array.from({ length: 12 }, (_, index) => `carrier-${index}`);
        const claims = await Promise.all(
          trunks.map((trunk) => ledger.claim(claimRequest(calls, { trunk, limit: 20 }))),
        );
        const persons = claims.flat().map(({ call }) => call.person);
        expect(new Set(persons).size).toBe(persons.length);
        expect(await ledger.liveCalls()).toHaveLength(persons.length);
        expect(persons.length).toBeGreaterThan(0);
      });
    });

    describe('knows of a claimed attempt', () => {
      const claimedOf = async (number: string): Promise<Call> => {
        const [transition] = await ledger.claim(claimRequest([await accepted({ number })]));
        return transition!.call;
      };
      const leave = (call: Call, epoch = lastAttempt(call).epoch): Promise<string[] | null> =>
        ledger.noteLeaving({ id: lastAttempt(call).id, epoch });
      const isUnsent = (call: Call): Promise<boolean> => ledger.isUnsent(lastAttempt(call).id);

      it('that it has not left, until it is let leave, with the opt-outs of that moment', async () => {
        const [asha, ravi] = [await claimedOf(sampleNumber()), await claimedOf(sampleNumber())];
        expect([await isUnsent(asha), await isUnsent(ravi)]).toEqual([true, true]);
        const talking = await committed(answerTransition(asha));
        await committed(talkTransition(talking, { optOutScope: 'all' }));
        expect(await leave(asha)).toEqual(['all']);
        expect([await isUnsent(asha), await isUnsent(ravi)]).toEqual([false, true]);
        expect(await leave(ravi)).toEqual([]);
      });

      it('that it has not left, once it stays for another instant, and that it may have, when it is let leave then', async () => {
        const call = await claimedOf(sampleNumber());
        const { id, epoch } = lastAttempt(call);
        await leave(call);
        await ledger.noteStaying({ id, epoch: epoch - 1 });
        expect(await isUnsent(call)).toBe(false);
        await ledger.noteStaying({ id, epoch });
        expect(await isUnsent(call)).toBe(true);
        expect(await leave(call)).toEqual([]);
        expect(await isUnsent(call)).toBe(false);
        await committed(noAnswerTransition(call));
        await ledger.noteStaying({ id, epoch });
        expect(await isUnsent(call)).toBe(false);
      });

      it('that what is moved meanwhile changes nothing of that', async () => {
        const call = await claimedOf(sampleNumber());
        const asked = await committed(sampleTransition(requestEnd(call)));
        expect(await isUnsent(asked)).toBe(true);
        expect(await leave(asked)).toEqual([]);
        await committed(answerTransition(asked));
        expect(await isUnsent(asked)).toBe(false);
      });

      it('that it may not leave any more, once another gateway attends it', async () => {
        const call = await claimedOf(sampleNumber());
        const { id, epoch } = lastAttempt(call);
        const attended = await committed(sampleTransition(attend(call, id, epoch + 1)));
        expect(await leave(call)).toBeNull();
        expect(await isUnsent(call)).toBe(true);
        expect(await leave(attended)).toEqual([]);
      });

      it('nothing where it has ended, or is none', async () => {
        const call = await claimedOf(sampleNumber());
        await committed(noAnswerTransition(call));
        expect([await leave(call), await isUnsent(call)]).toEqual([null, false]);
        const nobody = sampleIds.newId('att');
        expect(await ledger.noteLeaving({ id: nobody, epoch: 7 })).toBeNull();
        expect(await ledger.isUnsent(nobody)).toBe(false);
      });

      it('that it may have left, where it came on record in another way than by a claim', async () => {
        const call = await committed(dialTransition(await accepted()));
        expect(await isUnsent(call)).toBe(false);
      });

      it('each its own, though many are let leave at once', async () => {
        const numbers = Array.from({ length: 20 }, sampleNumber);
        const calls = await Promise.all(numbers.map((number) => claimedOf(number)));
        const stale = calls.map((call, index) => lastAttempt(call).epoch - (index % 2));
        const left = await Promise.all(calls.map((call, index) => leave(call, stale[index])));
        expect(left).toEqual(calls.map((_, index) => (index % 2 === 0 ? [] : null)));
        const unsent = await Promise.all(calls.map(isUnsent));
        expect(unsent).toEqual(calls.map((_, index) => index % 2 === 1));
      });
    });

    describe('finds', () => {
      it('calls with a live attempt', async () => {
        const dialed = await committed(dialTransition(await accepted()));
        const talking = await committed(answerTransition(await committed(dialTransition(await accepted()))));
        await committed(
          noAnswerTransition(await committed(dialTransition(await accepted())), { retryAt: t0 }),
        );
        expect(idsOf(await ledger.liveCalls())).toEqual(idsOf([dialed, talking]).sort());
      });

      it('calls with a live attempt of one Asterisk', async () => {
        const north = await committed(dialTransition(await accepted(), { asterisk: 'north' }));
        await committed(dialTransition(await accepted(), { asterisk: 'south' }));
        const ended = await committed(dialTransition(await accepted(), { asterisk: 'north' }));
        await committed(noAnswerTransition(ended));
        expect(idsOf(await ledger.liveCalls('north'))).toEqual([north.id]);
        expect(await ledger.liveCalls('east')).toEqual([]);
      });

      it('live attempts whose end was requested, of one Asterisk', async () => {
        const north = await committed(dialTransition(await accepted(), { asterisk: 'north' }));
        const south = await committed(dialTransition(await accepted(), { asterisk: 'south' }));
        await committed(dialTransition(await accepted(), { asterisk: 'north' }));
        await committed(sampleTransition(requestEnd(north)));
        // for somebody who is to be forgotten
        await committed(sampleTransition(requestEnd(south, 'erased')));
        expect(await ledger.requestedEnds('north')).toEqual([lastAttempt(north).id]);
        expect(await ledger.requestedEnds('south')).toEqual([lastAttempt(south).id]);
      });

      it('live attempts whose legs are surely gone', async () => {
        const gone = await committed(dialTransition(await accepted(), { goneBy: t0 + 5 }));
        const over = await committed(dialTransition(await accepted(), { goneBy: t0 + 5 }));
        await committed(noAnswerTransition(over));
        await committed(dialTransition(await accepted(), { goneBy: t0 + 6 }));
        expect(idsOf(await ledger.overdueCalls(t0 + 5, 10))).toEqual([gone.id]);
        expect(await ledger.overdueCalls(t0 + 4, 10)).toEqual([]);
        expect(await ledger.overdueCalls(t0 + 9, 1)).toHaveLength(1);
      });

      it('calls by each filter, newest first, page by page', async () => {
        const first = await accepted({ changes: { reference: 'r1' } });
        const campaign = sampleCampaign();
        await under.addCampaign(campaign);
        const second = await accepted({ at: t0 + 1, changes: { campaignId: campaign.id } });
        const third = await committed(
          noAnswerTransition(await committed(dialTransition(await accepted({ at: t0 + 2 })))),
        );
        const found = async (filter: object) => idsOf(await ledger.calls({ limit: 10, ...filter }));
        expect(await found({})).toEqual(idsOf([third, second, first]));
        expect(await found({ limit: 2 })).toEqual(idsOf([third, second]));
        expect(await found({ before: second.id })).toEqual([first.id]);
        expect(await found({ status: 'queued' })).toEqual(idsOf([second, first]));
        expect(await found({ status: 'no such' })).toEqual([]);
        expect(await found({ outcome: 'no_answer' })).toEqual([third.id]);
        expect(await found({ reference: 'r1' })).toEqual([first.id]);
        expect(await found({ campaignId: campaign.id })).toEqual([second.id]);
        expect(await found({ direction: 'incoming' })).toEqual([]);
        expect(await found({ createdAfter: t0 })).toEqual(idsOf([third, second]));
        expect(await found({ status: 'queued', createdAfter: t0, before: third.id })).toEqual([second.id]);
      });

      it('calls of each status, newest first, page by page, together with other filters', async () => {
        const campaign = sampleCampaign();
        await under.addCampaign(campaign);
        const byStatus = new Map<string, Call[]>();
        for (let each = 0; each < 15; each += 1) {
          const call = await accepted({
            at: t0 + each,
            changes: { campaignId: each % 2 === 0 ? campaign.id : null, reference: `r${each}` },
          });
          const moved = await movedTo(call, each % 5);
          byStatus.set(moved.state.status, [moved, ...(byStatus.get(moved.state.status) ?? [])]);
        }
        expect(byStatus.size).toBe(5);
        const found = async (filter: object) => idsOf(await ledger.calls({ limit: 10, ...filter }));
        for (const [status, calls] of byStatus) {
          const [newest, middle, oldest] = idsOf(calls);
          expect(await found({ status })).toEqual([newest, middle, oldest]);
          expect(await found({ status, limit: 2 })).toEqual([newest, middle]);
          expect(await found({ status, before: middle })).toEqual([oldest]);
          const inCampaign = calls.filter(({ campaignId }) => campaignId === campaign.id);
          expect(await found({ status, campaignId: campaign.id })).toEqual(idsOf(inCampaign));
          expect(await found({ status, reference: calls[1]?.reference })).toEqual([middle]);
          expect(await found({ status, createdAfter: calls[2]?.createdAt })).toEqual([newest, middle]);
          expect(await found({ status, direction: 'incoming' })).toEqual([]);
        }
      });

      it('nothing for an id that is not there', async () => {
        expect(await ledger.call(sampleCall().id)).toBeNull();
      });
    });
  });
}

function response(question: string, value: string): CallResponse {
  return { question, value, key: '2', givenOn: 'call', attempt: 1, at: t0 + 1, correct: true, person: null };
}

function idsOf(calls: readonly Call[]): CallId[] {
  return calls.map((call) => call.id);
}
