import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest, Ledger, TransferClaim } from '../../src/db/ledger.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';
import { dialTransition, sampleAcceptance, sampleIds } from './sample-call.ts';

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
      const row = { leg: first.leg, callId: one.id, trunk: 'carrier-a', startedAt: t0 };
      expect(await ledger.liveTransfers(under.lease.asterisk)).toEqual([row]);
      expect(await ledger.lastTransfer(one.id, t0)).toEqual({
        ...row,
        leg: second.leg,
        startedAt: t0 + 60_000,
      });
      expect(await ledger.lastTransfer(one.id, t0 + 60_001)).toBeNull();
      expect(await ledger.lastTransfer(other.id, t0)).toBeNull();
    });
  });
}
