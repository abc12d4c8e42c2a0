import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest, Ledger, TransferClaim } from '../../src/db/ledger.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';
import { dialTransition, sampleAcceptance, sampleAgent, sampleIds, sampleVault } from './sample-call.ts';

const t0 = 1_800_000_000_000;

/** What every ledger keeps of the legs of transfers; run on PostgreSQL and on its twin in memory. */
export function testTransferClaimsContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`transfers in the ledger ${name}`, () => {
    let under: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      under = await create();
      ledger = under.ledger;
    });
    afterEach(() => under.close());

    async function accepted(): Promise<Call> {
      const acceptance = sampleAcceptance({ at: t0 });
      expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
      return acceptance.transition.call;
    }

    function transferFor(call: Call, changes: Partial<TransferClaim> = {}): TransferClaim {
      return {
        ...{ leg: sampleIds.newId('att'), callId: call.id, trunk: 'carrier-a', callerId: '+911600123456' },
        ...{ callee: sampleAgent, isAgent: false },
        ...{ lease: under.lease, legLimitMs: 60_000 },
        ...{ now: t0, channels: 10, spacingMs: 20, reserveUntil: t0 + 5_000 },
        ...changes,
      };
    }

    function claim(candidates: readonly Call[], changes: Partial<ClaimRequest> = {}) {
      return ledger.claim({
        ...{ trunk: 'carrier-a', now: t0, limit: 10, channels: 10, spacingMs: 20, reserveUntil: t0 + 5_000 },
        lease: under.lease,
        candidates: candidates.map(({ id }) => id),
        decide: (call, sendAt) => dialTransition(call, { trunk: 'carrier-a', sendAt, at: t0 }),
        ...changes,
      });
    }

    it('gives each leg the next instant of the trunk, which attempts and transfers share', async () => {
      const [one, other] = [await accepted(), await accepted()];
      expect(await ledger.claimTransfer(transferFor(one))).toEqual({ sendAt: t0 });
      const [attempt] = await claim([other]);
      expect(attempt?.call.attempts[0]?.sendAt).toBe(t0 + 20);
      expect(await ledger.claimTransfer(transferFor(one))).toEqual({ sendAt: t0 + 40 });
    });

    it('takes a channel until the leg is gone, from other transfers and from attempts', async () => {
      const [one, other] = [await accepted(), await accepted()];
      const first = transferFor(one, { channels: 1 });
      expect(await ledger.claimTransfer(first)).toEqual({ sendAt: t0 });
      expect(await ledger.claimTransfer(transferFor(one, { channels: 1 }))).toBe('no_channel');
      expect(await claim([other], { channels: 1 })).toEqual([]);
      await ledger.endTransfer(first.leg, t0 + 1_000);
      await ledger.endTransfer(first.leg, t0 + 2_000);
      expect(await claim([other], { channels: 1 })).toHaveLength(1);
      expect(await ledger.claimTransfer(transferFor(one, { channels: 1 }))).toBe('no_channel');
    });

    it('gives the channels of legs back that the network itself has ended by then', async () => {
      const call = await accepted();
      const [short, long] = [transferFor(call), transferFor(call, { legLimitMs: 600_000 })];
      await ledger.claimTransfer(short);
      await ledger.claimTransfer(long);
      // so long a leg may last, and may have left so late
      await ledger.endGoneTransfers(t0 + 60_000 + 59_999, t0 + 200_000);
      expect(await ledger.liveTransfers(under.lease.asterisk)).toHaveLength(2);
      await ledger.endGoneTransfers(t0 + 60_000 + 60_000, t0 + 200_000);
      expect(await ledger.liveTransfers(under.lease.asterisk)).toMatchObject([{ leg: long.leg }]);
      expect(await ledger.claimTransfer(transferFor(call, { channels: 1 }))).toBe('no_channel');
      expect(await ledger.claimTransfer(transferFor(call, { channels: 2 }))).toMatchObject({});
    });

    it('reserves no instant that is too far off', async () => {
      const call = await accepted();
      const slow = { spacingMs: 6_000 };
      expect(await ledger.claimTransfer(transferFor(call, slow))).toEqual({ sendAt: t0 });
      expect(await ledger.claimTransfer(transferFor(call, slow))).toBe('no_instant');
      const later = { ...slow, now: t0 + 1_000, reserveUntil: t0 + 6_000 };
      expect(await ledger.claimTransfer(transferFor(call, later))).toEqual({ sendAt: t0 + 6_000 });
    });

    it('never gives more channels than there are, however many ask at once', async () => {
      const call = await accepted();
      const asked = Array.from({ length: 12 }, () => transferFor(call, { channels: 4 }));
      const got = await Promise.all(asked.map((each) => ledger.claimTransfer(each)));
      const instants = got.flatMap((each) => (typeof each === 'object' ? [each.sendAt] : []));
      expect(instants.toSorted((a, b) => a - b)).toEqual([t0, t0 + 20, t0 + 40, t0 + 60]);
      expect(await ledger.liveTransfers(under.lease.asterisk)).toHaveLength(4);
    });

    it('tells which legs were not seen to end, and the last of a call', async () => {
      const [one, other] = [await accepted(), await accepted()];
      const first = transferFor(one);
      const second = transferFor(one, { now: t0 + 60_000, reserveUntil: t0 + 61_000 });
      await ledger.claimTransfer(first);
      await ledger.claimTransfer(second);
      await ledger.endTransfer(second.leg, t0 + 70_000);
      const row = { leg: first.leg, callId: one.id, trunk: 'carrier-a', startedAt: t0, callee: sampleAgent };
      expect(await ledger.liveTransfers(under.lease.asterisk)).toEqual([row]);
      expect(await ledger.lastTransfer(one.id, t0)).toEqual({
        ...row,
        leg: second.leg,
        startedAt: t0 + 60_000,
        legs: 2,
      });
      expect(await ledger.lastTransfer(one.id, t0 + 60_001)).toBeNull();
      expect(await ledger.lastTransfer(other.id, t0)).toBeNull();
    });

    describe('of a queue of agents', () => {
      const [one, other] = ['+919000609991', '+919000609992'].map((number) => sampleVault.personOf(number));
      const agentFor = (call: Call, callee = one!, changes: Partial<TransferClaim> = {}): TransferClaim =>
        transferFor(call, { callee, isAgent: true, ...changes });

      it('lets one leg at a time go to each agent, and another when that is gone', async () => {
        const [first, second] = [await accepted(), await accepted()];
        const claimed = agentFor(first);
        expect(await ledger.claimTransfer(claimed)).toEqual({ sendAt: t0 });
        expect(await ledger.claimTransfer(agentFor(second))).toBe('agent_engaged');
        expect(await ledger.claimTransfer(agentFor(second, one, { trunk: 'carrier-b' }))).toBe(
          'agent_engaged',
        );
        expect(await ledger.claimTransfer(agentFor(second, other))).toEqual({ sendAt: t0 + 20 });
        await ledger.endTransfer(claimed.leg, t0 + 1_000, 'busy');
        expect(await ledger.claimTransfer(agentFor(second))).toEqual({ sendAt: t0 + 40 });
      });

      it('gives an agent to one of those who ask at once, over any trunks, and no instant to the others', async () => {
        const call = await accepted();
        const asked = Array.from({ length: 12 }, (_, place) =>
          ledger.claimTransfer(agentFor(call, one, { trunk: `carrier-${place % 3}` })),
        );
        const got = await Promise.all(asked);
        expect(got.filter((each) => typeof each === 'object')).toEqual([{ sendAt: t0 }]);
        expect(new Set(got.filter((each) => typeof each === 'string'))).toEqual(new Set(['agent_engaged']));
        const others = [0, 1, 2].map((place) =>
          ledger.claimTransfer(
            agentFor(call, sampleVault.personOf(`+91900060999${place + 5}`), { trunk: `carrier-${place}` }),
          ),
        );
        const instants = (await Promise.all(others)).map((each) => typeof each === 'object' && each.sendAt);
        expect(instants.toSorted()).toEqual([t0, t0, t0 + 20]);
      });

      it('leaves out whoever is called as a person, or at a number that is called for somebody alone', async () => {
        const call = await accepted();
        await ledger.claimTransfer(transferFor(call, { callee: one! }));
        expect(await ledger.claimTransfer(agentFor(call))).toBe('agent_engaged');
        const asPerson = sampleAcceptance({ at: t0, number: '+919000609992' });
        await ledger.accept(asPerson);
        expect(await claim([asPerson.transition.call])).toHaveLength(1);
        expect(await ledger.claimTransfer(agentFor(call, other))).toBe('agent_engaged');
        expect(await ledger.seeAgents([one!, other!], { callId: call.id, since: t0 })).toMatchObject([
          { isEngaged: true },
          { isEngaged: true },
        ]);
        // several may call one number that is no queue's
        expect(await ledger.claimTransfer(transferFor(call, { callee: one! }))).toMatchObject({});
      });

      it('tells how each agent is, how they were left, and how often they were called for one person', async () => {
        const [call, another] = [await accepted(), await accepted()];
        const see = (since = t0) => ledger.seeAgents([one!, other!], { callId: call.id, since });
        const never = { isEngaged: false, left: null, calls: 0 };
        expect(await see()).toEqual([
          { agent: one, ...never },
          { agent: other, ...never },
        ]);
        const first = agentFor(call);
        await ledger.claimTransfer(first);
        expect(await see()).toMatchObject([{ isEngaged: true, left: null, calls: 1 }, never]);
        await ledger.endTransfer(first.leg, t0 + 9_000, 'no_answer');
        const noAnswer = { at: t0 + 9_000, as: 'no_answer' };
        expect(await see()).toMatchObject([{ isEngaged: false, left: noAnswer, calls: 1 }, never]);
        const later = { now: t0 + 10_000, reserveUntil: t0 + 15_000 };
        const second = agentFor(another, one, later);
        await ledger.claimTransfer(second);
        expect(await see(t0 + 1)).toMatchObject([{ isEngaged: true, left: noAnswer, calls: 0 }, never]);
        await ledger.endTransfer(second.leg, t0 + 20_000);
        const unseen = { at: t0 + 20_000, as: null };
        expect(await see()).toMatchObject([{ isEngaged: false, left: unseen, calls: 1 }, never]);
      });
    });
  });
}
