import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest, Ledger } from '../../src/db/ledger.ts';
import { endAttempt, type AfterAttempt } from '../../src/domain/calls/call-moves.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { Campaign, CampaignState, PauseReason } from '../../src/domain/campaigns/campaign.ts';
import type { Verdict } from '../../src/domain/calls/verdict.ts';
import {
  cancelledVerdict,
  lostVerdict,
  refusedVerdict,
  withdrawnVerdict,
} from '../../src/workflows/attempt-verdicts.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';
import { running, sampleCampaign } from './sample-campaign.ts';
import {
  blockedTransition,
  dialTransition,
  lastAttempt,
  noAnswerTransition,
  sampleAcceptance,
  sampleTransition,
  type SampleAcceptance,
} from './sample-call.ts';

const t0 = 1_800_000_000_000;

/** What every ledger keeps to where calls belong to campaigns; run on PostgreSQL and on its twin in memory. */
export function testCampaignClaimsContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`campaigns in the ledger ${name}`, () => {
    let under: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      under = await create();
      ledger = under.ledger;
    });
    afterEach(() => under.close());

    async function campaignOf(changes: Partial<Campaign> = {}): Promise<Campaign> {
      const campaign = sampleCampaign(changes);
      await under.addCampaign(campaign);
      return campaign;
    }

    function acceptanceIn({ id }: Campaign, options: SampleAcceptance = {}) {
      return sampleAcceptance({
        at: t0,
        ...options,
        changes: { reference: null, ...options.changes, campaignId: id },
      });
    }

    async function callIn(campaign: Campaign, options: SampleAcceptance = {}): Promise<Call> {
      const acceptance = acceptanceIn(campaign, options);
      expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
      return acceptance.transition.call;
    }

    function callsIn(campaign: Campaign, count: number, options: SampleAcceptance = {}): Promise<Call[]> {
      return Promise.all(Array.from({ length: count }, () => callIn(campaign, options)));
    }

    function claim(candidates: readonly Call[], changes: Partial<ClaimRequest> = {}): Promise<Call[]> {
      const { trunk = 'carrier-a', now = t0 } = changes;
      const request = {
        ...{
          trunk,
          lease: under.lease,
          now,
          limit: 100,
          channels: 100,
          spacingMs: 20,
          reserveUntil: now + 1_000,
        },
        candidates: candidates.map((call) => call.id),
        decide: (call: Call, sendAt: number) => dialTransition(call, { trunk, sendAt, at: now }),
        ...changes,
      };
      return ledger.claim(request).then((claimed) => claimed.map(({ call }) => call));
    }

    const instantsOf = (calls: readonly Call[]): number[] =>
      calls.map((call) => lastAttempt(call).sendAt - t0);
    const idsOf = (calls: readonly Call[]): string[] => calls.map(({ id }) => id);

    describe('adds calls', () => {
      it('each whose reference it does not have yet, many at once', async () => {
        const campaign = await campaignOf();
        const acceptances = ['a', 'b', 'a'].map((reference) =>
          acceptanceIn(campaign, { changes: { reference } }),
        );
        const first = await ledger.acceptAll(acceptances);
        expect(first.result === 'accepted' && first.ids.size).toBe(2);
        const again = ['b', 'c'].map((reference) => acceptanceIn(campaign, { changes: { reference } }));
        const second = await ledger.acceptAll(again);
        expect(second).toEqual({ result: 'accepted', ids: new Set([again[1]?.transition.call.id]) });
        const stored = await ledger.calls({ campaignId: campaign.id, limit: 10 });
        expect(stored.map(({ reference }) => reference).toSorted()).toEqual(['a', 'b', 'c']);
        for (const call of stored) expect(await ledger.numberOf(call.person)).toMatch(/^\+91/);
      });

      it('many at once, each as it would be kept alone, whatever they share', async () => {
        const campaign = await campaignOf();
        const at = t0 + 5_000;
        const given = { key: null, givenOn: 'request', attempt: null, at: t0, person: null } as const;
        const changes: Partial<Call>[] = [
          {},
          { language: 'es-419', list: 'school', trunk: 'carrier-a', callerId: '+911600000000' },
          { variables: { name: '«Zoë», "\\\n🙂' }, people: [], metadata: {}, startAt: 'q2' },
          { priority: 'high', purpose: 'promotional', notBefore: at, maxDurationMs: 1_000 },
          { flow: { id: 'other', version: 12 }, record: true, machineDetection: false },
          { responses: [{ ...given, question: 'q1', value: 'b', correct: true }] },
          { state: { status: 'queued', nextAttemptAt: at }, notAfter: at + 60_000 },
        ];
        const acceptances = changes.map((each, index) =>
          acceptanceIn(campaign, { changes: { reference: `r${index}`, ...each } }),
        );
        const blocked = acceptanceIn(campaign, { changes: { reference: 'blocked' } });
        blocked.transition = blockedTransition(blocked.transition.call);
        const all = [...acceptances, blocked];
        await ledger.acceptAll(all);
        for (const { transition, number } of all) {
          const { call } = transition;
          expect(await ledger.call(call.id)).toEqual(call);
          expect(await ledger.timeline(call.id)).toEqual(transition.timeline);
          expect(await ledger.numberOf(call.person)).toBe(number);
        }
        // and one that shares everything with itself
        const alone = acceptanceIn(campaign, { changes: { reference: 'alone' } });
        await ledger.acceptAll([alone]);
        expect(await ledger.call(alone.transition.call.id)).toEqual(alone.transition.call);
      });

      it('in the order in which they are asked for: of equal references the first stays', async () => {
        const campaign = await campaignOf();
        const batches = Array.from({ length: 4 }, (_, batch) =>
          Array.from({ length: 60 - batch * 15 }, (_each, index) =>
            acceptanceIn(campaign, { changes: { reference: `r${index}` } }),
          ),
        );
        const results = await Promise.all(batches.map((batch) => ledger.acceptAll(batch)));
        expect(results.map((each) => each.result === 'accepted' && each.ids.size)).toEqual([60, 0, 0, 0]);
      });

      it('with a request for one call: not a second one with its reference', async () => {
        const campaign = await campaignOf();
        await callIn(campaign, { changes: { reference: 'a' } });
        expect(await ledger.accept(acceptanceIn(campaign, { changes: { reference: 'a' } }))).toEqual({
          result: 'already_there',
        });
        await callIn(await campaignOf(), { changes: { reference: 'a' } });
      });

      it.each<[string, CampaignState, boolean]>([
        ['a draft', { status: 'draft' }, true],
        ['one that runs', running(), true],
        ['one that is paused', { status: 'paused', startedAt: t0, closed: false, reason: 'requested' }, true],
        ['one that is closed', { status: 'running', startedAt: t0, closed: true, pilotLeft: null }, false],
        ['one that has ended', { status: 'ended', startedAt: t0, endedAt: t0, reason: 'ends_at' }, false],
        [
          'one that was cancelled',
          { status: 'cancelled', startedAt: t0, endedAt: t0, settled: false },
          false,
        ],
      ])('to %s: %s', async (_, state, takes) => {
        const campaign = await campaignOf({ state });
        const { result } = await ledger.accept(acceptanceIn(campaign));
        expect(result).toBe(takes ? 'accepted' : 'campaign_over');
        expect((await ledger.acceptAll([acceptanceIn(campaign)])).result).toBe(
          takes ? 'accepted' : 'campaign_over',
        );
      });
    });

    describe('that do not run', () => {
      it.each<[string, CampaignState]>([
        ['draft', { status: 'draft' }],
        ['paused', { status: 'paused', startedAt: t0, closed: false, reason: 'requested' }],
      ])('have nothing due and nothing claimed: %s', async (_, state) => {
        const held = await campaignOf({ state });
        const calls = await callsIn(held, 3);
        const [free] = await callsIn(await campaignOf(), 1);
        expect(idsOf(await ledger.dueCalls(t0, 100))).toEqual(idsOf([free!]));
        expect(idsOf(await ledger.dueCalls(t0, 100, null))).toEqual(idsOf([free!]));
        expect(idsOf(await claim([...calls, free!]))).toEqual(idsOf([free!]));
      });
    });

    describe('share what is due', () => {
      it('in turn, whatever waits longest, and page by page by how long it waits', async () => {
        const [long, short] = [await campaignOf(), await campaignOf()];
        const early = await callsIn(long, 4, { dueAt: t0 - 1_000 });
        const late = await callsIn(short, 2, { dueAt: t0 - 10 });
        const fair = await ledger.dueCalls(t0, 4);
        expect(fair.map(({ campaignId }) => campaignId)).toEqual([long.id, short.id, long.id, short.id]);
        const first = await ledger.dueCalls(t0, 4, null);
        expect(idsOf(first).toSorted()).toEqual(idsOf(early).toSorted());
        expect(idsOf(await ledger.dueCalls(t0, 4, first.at(-1))).toSorted()).toEqual(idsOf(late).toSorted());
      });

      it('the more urgent call first, whose campaign it is', async () => {
        const [normal, high] = [await campaignOf(), await campaignOf()];
        await callsIn(normal, 2, { dueAt: t0 - 1_000 });
        const [urgent] = await callsIn(high, 1, { changes: { priority: 'high' } });
        expect((await ledger.dueCalls(t0, 10))[0]?.id).toBe(urgent?.id);
      });

      it('and channels: who has the fewest on the line goes first', async () => {
        const [busy, idle] = [await campaignOf(), await campaignOf()];
        const early = await callsIn(busy, 6, { dueAt: t0 - 1_000 });
        expect(await claim(early, { channels: 3 })).toHaveLength(3);
        const late = await callsIn(idle, 6);
        const claimed = await claim([...early, ...late], { channels: 6 });
        expect(claimed.map(({ campaignId }) => campaignId)).toEqual([idle.id, idle.id, idle.id]);
      });
    });

    describe('keep', () => {
      it('their pace, and keep no instant of the trunk from others', async () => {
        const slow = await campaignOf({ pace: { callsPerSecond: 2, maxConcurrent: null } });
        const own = await callsIn(slow, 4, { dueAt: t0 - 1_000 });
        const others = await callsIn(await campaignOf(), 3);
        const claimed = await claim([...own, ...others]);
        expect(claimed.filter(({ campaignId }) => campaignId === slow.id)).toHaveLength(1);
        expect(instantsOf(claimed)).toEqual([0, 20, 40, 60]);
        expect(await claim(own, { now: t0 + 100, trunk: 'carrier-b', reserveUntil: t0 + 400 })).toEqual([]);
        const next = await claim(own, { now: t0 + 600, trunk: 'carrier-b' });
        expect(instantsOf(next)).toEqual([600]);
      });

      it('their limit of concurrent calls, on all trunks together', async () => {
        const narrow = await campaignOf({ pace: { callsPerSecond: null, maxConcurrent: 3 } });
        const calls = await callsIn(narrow, 8);
        const first = await claim(calls, { limit: 2 });
        expect(first).toHaveLength(2);
        expect(await claim(calls, { trunk: 'carrier-b' })).toHaveLength(1);
        expect(await claim(calls, { trunk: 'carrier-c' })).toEqual([]);
        expect(await ledger.commit(noAnswerTransition(first[0]!))).toBe('committed');
        expect(await claim(calls, { trunk: 'carrier-c' })).toHaveLength(1);
      });

      it('their limits though many claim at once', async () => {
        const narrow = await campaignOf({ pace: { callsPerSecond: null, maxConcurrent: 10 } });
        const calls = await callsIn(narrow, 40);
        const trunks = Array.from({ length: 8 }, (_, index) => `carrier-${index}`);
        const claims = await Promise.all(trunks.map((trunk) => claim(calls, { trunk, limit: 5 })));
        expect(claims.flat()).toHaveLength(10);
        expect(await ledger.liveCalls()).toHaveLength(10);
      });

      it('to the calls of their pilot, and do not count those that are tried again', async () => {
        const pilot = await campaignOf({ state: running(2) });
        const calls = await callsIn(pilot, 4);
        const begun = await claim(calls);
        expect(begun).toHaveLength(2);
        expect(await claim(calls)).toEqual([]);
        expect(await ledger.dueCalls(t0, 10)).toEqual([]);
      });

      it('to the calls of their pilot, which may be tried again when no place is left: that is nobody else', async () => {
        const calls = await callsIn(await campaignOf({ state: running(1) }), 3);
        const [dialled] = await claim(calls, { limit: 1 });
        await ledger.commit(noAnswerTransition(dialled!, { at: t0 + 10, retryAt: t0 + 20 }));
        expect(idsOf(await claim(calls, { now: t0 + 100 }))).toEqual(idsOf([dialled!]));
        // what is about to pause by itself is not looked up any more
        expect(await ledger.dueCalls(t0 + 100, 10)).toEqual([]);
        expect(await ledger.dueCalls(t0 + 100, 10, null)).toEqual([]);
      });
    });

    describe('keep a place of their pilot for a call that was dialled, and free it where an attempt ends before its INVITE left:', () => {
      const given = (call: Call, verdict: Verdict, after: AfterAttempt): Promise<unknown> =>
        ledger.commit(
          sampleTransition(
            endAttempt(call, lastAttempt(call).id, {
              ...{ at: t0 + 100, verdict, after },
              ...{ progress: null, timeline: [] },
            }),
            t0 + 100,
          ),
        );
      const again = { next: 'retry', at: t0 + 200 } as const;
      const end = { next: 'end', outcome: 'cancelled', problem: null } as const;
      const noAnswer = { ...withdrawnVerdict, reason: 'no_answer', fault: 'callee' } as const;
      const begun = async (calls: readonly Call[]): Promise<number> =>
        (await claim(calls, { now: t0 + 300, trunk: 'carrier-b' })).length;

      it.each([
        ['one that was given back', withdrawnVerdict, again, 1],
        ['one that was cancelled before its instant', cancelledVerdict, end, 1],
        ['not one that rang', noAnswer, end, 0],
        ['not one that the network refused', refusedVerdict, end, 0],
        ['not one that was cancelled while it rang', { ...cancelledVerdict, q850Cause: 0 }, end, 0],
        ['not one of which nobody knows', lostVerdict, end, 0],
      ] as const)('%s', async (_, verdict, after, more) => {
        const calls = await callsIn(await campaignOf({ state: running(2) }), 5);
        const [first, second, ...none] = await claim(calls);
        expect([first, second, none]).toMatchObject([{}, {}, []]);
        await given(first!, verdict, after);
        expect(await begun(calls)).toBe(more);
        expect(await begun(calls)).toBe(0);
      });

      it('several at once, and the same call again and again', async () => {
        const calls = await callsIn(await campaignOf({ state: running(3) }), 3);
        for (let round = 0; round < 3; round += 1) {
          const claimed = await claim(calls, { now: t0 + 1_000 * round });
          expect(claimed).toHaveLength(3);
          expect(await begun(calls)).toBe(0);
          await Promise.all(claimed.map((call) => given(call, withdrawnVerdict, again)));
        }
        expect(await begun(calls)).toBe(3);
      });

      it('but only once for a call, and never where it is no pilot', async () => {
        const calls = await callsIn(await campaignOf({ state: running(1) }), 3);
        const [call] = await claim(calls);
        await ledger.commit(noAnswerTransition(call!, { at: t0 + 10, retryAt: t0 + 20 }));
        const free = await callsIn(await campaignOf(), 2);
        for (const each of await claim(free)) await given(each, withdrawnVerdict, again);
        expect(await begun(calls.filter(({ id }) => id !== call!.id))).toBe(0);
        expect(await begun(free)).toBe(2);
      });
    });

    describe('give a late attempt another instant', () => {
      const reserve = (campaign: Campaign, trunk = 'carrier-a', now = t0): Promise<number | null> =>
        ledger.reserveInstant({ trunk, campaignId: campaign.id, now, spacingMs: 20 });
      const paced = (callsPerSecond: number | null) =>
        campaignOf({ pace: { callsPerSecond, maxConcurrent: null } });

      it('that keeps the pace of the trunk and of their campaign, over all trunks', async () => {
        const [slow, free] = [await paced(5), await paced(null)];
        expect(await reserve(slow)).toBe(t0);
        expect(await reserve(free)).toBe(t0 + 20);
        expect(await reserve(slow, 'carrier-b')).toBe(t0 + 211);
        expect(await reserve(free, 'carrier-b')).toBe(t0 + 231);
        expect(await reserve(slow)).toBe(t0 + 422);
      });

      it('behind what was claimed, and what is claimed then comes behind it', async () => {
        const slow = await paced(5);
        const calls = await callsIn(slow, 4);
        expect(instantsOf(await claim(calls, { limit: 1 }))).toEqual([0]);
        expect(await reserve(slow, 'carrier-a', t0 + 100)).toBe(t0 + 211);
        expect(await claim(calls, { now: t0 + 220, reserveUntil: t0 + 400 })).toEqual([]);
        expect(instantsOf(await claim(calls, { now: t0 + 430 }))).toEqual([430]);
      });

      it('unless the trunk would be idle for too long until then', async () => {
        const slow = await paced(0.5);
        expect(await reserve(slow)).toBe(t0);
        expect(await reserve(slow, 'carrier-a', t0 + 1_000)).toBeNull();
        expect(await reserve(await paced(null), 'carrier-a', t0 + 1_000)).toBe(t0 + 1_000);
        expect(await reserve(slow, 'carrier-a', t0 + 1_200)).toBe(t0 + 2_102);
      });

      it('unless somebody has paused it; a pilot that paused itself has its last calls still to make', async () => {
        const pausedFor = (reason: PauseReason): Promise<Campaign> =>
          campaignOf({ state: { status: 'paused', startedAt: t0, closed: false, reason } });
        expect(await reserve(await pausedFor('requested'))).toBeNull();
        expect(await reserve(await pausedFor('pilot_done'))).toBe(t0);
      });

      it('though many ask at once', async () => {
        const fast = await paced(100);
        const trunks = ['carrier-a', 'carrier-b', 'carrier-c', 'carrier-a', 'carrier-b', 'carrier-c'];
        const given = await Promise.all(trunks.map((trunk) => reserve(fast, trunk)));
        const inOrder = given.map((at) => at ?? NaN).toSorted((one, other) => one - other);
        const apart = inOrder.slice(1).map((at, index) => at - (inOrder[index] ?? NaN));
        expect(Math.min(...apart)).toBeGreaterThanOrEqual(11);
      });
    });
  });
}
