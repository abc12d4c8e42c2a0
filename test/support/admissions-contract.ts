import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Admission, ClaimRequest } from '../../src/db/ledger.ts';
import { answer } from '../../src/domain/calls/call-moves.ts';
import type { Call, CallPerson } from '../../src/domain/calls/call.ts';
import type { Caller } from '../../src/domain/lines/caller.ts';
import { incomingCallOf } from '../../src/domain/lines/incoming-call.ts';
import { lineOf } from '../../src/domain/lines/line-request.ts';
import type { AnsweredLine, LineNumber } from '../../src/domain/lines/line.ts';
import type { PhoneNumber } from '../../src/domain/phone-numbers/phone-number.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';
import {
  answerTransition,
  dialTransition,
  hungUpTransition,
  sampleAcceptance,
  sampleIds,
  sampleSession,
  sampleTransition,
  sampleVault,
  sampleAgent,
} from './sample-call.ts';

const t0 = 1_800_000_000_000;
const asha = '+919876543210' as PhoneNumber;
const line = lineOf(
  '+911412345678' as LineNumber,
  { mode: 'answer', flow: 'helpline', list: 'news' },
  { createdAt: t0, changedAt: t0 },
) as AnsweredLine;

/** What both ledgers keep to with calls that come in. */
export function testAdmissionsContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`calls that come in, in the ledger ${name}`, () => {
    let under: LedgerUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    function admission(
      changes: { from?: PhoneNumber | null; at?: number; people?: CallPerson[] } = {},
    ): Admission {
      const { from = asha, at = t0, people = [] } = changes;
      const leg = sampleIds.newId('att');
      const caller: Caller = from === null ? { kind: 'withheld' } : { kind: 'person', number: from };
      const draft = incomingCallOf({
        ...{ leg, line, caller, person: sampleVault.personOf(from ?? leg), trunk: 'carrier-a' },
        ...{ flow: { id: 'helpline', version: 1 }, language: 'hi', people, lease: under.lease, at },
      });
      const session = sampleSession();
      const transition = sampleTransition(answer(draft, leg, { at, session, timeline: [] }), at);
      return { transition, number: from, lease: under.lease };
    }

    async function admitted(changes?: Parameters<typeof admission>[0]): Promise<Call> {
      const made = admission(changes);
      expect(await under.ledger.admit(made)).toBe('committed');
      return made.transition.call;
    }

    const claimed = async (call: Call, changes: Partial<ClaimRequest> = {}): Promise<number> => {
      const made = await under.ledger.claim({
        ...{
          trunk: 'carrier-a',
          lease: under.lease,
          now: t0,
          candidates: [call.id],
          limit: 10,
          channels: 10,
        },
        ...{ spacingMs: 20, reserveUntil: t0 + 60_000 },
        decide: (each, sendAt) => dialTransition(each, { sendAt, at: t0 }),
        ...changes,
      });
      return made.length;
    };
    const waiting = async (number: string, people: CallPerson[] = []): Promise<Call> => {
      const acceptance = sampleAcceptance({ number, at: t0, changes: { people } });
      await under.ledger.accept(acceptance);
      return acceptance.transition.call;
    };

    it('are kept exactly as they were answered, with their leg and number', async () => {
      const call = await admitted();
      expect(await under.ledger.call(call.id)).toStrictEqual(call);
      expect(call).toMatchObject({
        direction: 'incoming',
        line: line.number,
        state: { status: 'in_progress' },
      });
      expect(await under.ledger.liveCalls(under.lease.asterisk)).toStrictEqual([call]);
      expect(await under.ledger.numberOf(call.person)).toBe(asha);
      expect(await under.ledger.calls({ direction: 'incoming', limit: 10 })).toStrictEqual([call]);
    });

    it('are moved like every other', async () => {
      const call = await admitted();
      const ended = hungUpTransition(call, { progress: null, at: t0 + 1_000 });
      expect(await under.ledger.commit(ended)).toBe('committed');
      expect(ended.events.map(({ type }) => type)).toEqual(['call.ended']);
      expect(await under.ledger.call(call.id)).toStrictEqual(ended.call);
    });

    it('are admitted once, however often and at once that is asked for', async () => {
      const made = admission();
      const results = await Promise.all(Array.from({ length: 5 }, () => under.ledger.admit(made)));
      expect(results.filter((result) => result === 'committed')).toHaveLength(1);
      expect(await under.ledger.admit(made)).toBe('lost_race');
      expect(await under.ledger.calls({ limit: 10 })).toStrictEqual([made.transition.call]);
    });

    it('are not admitted by who has lost the lease', async () => {
      const made = admission();
      await under.loseLease();
      expect(await under.ledger.admit(made)).toBe('lost_race');
      expect(await under.ledger.call(made.transition.call.id)).toBeNull();
      expect(await under.ledger.numberOf(made.transition.call.person)).toBeNull();
    });

    it('may be several of one number at a time, and of people who show none', async () => {
      await admitted();
      await admitted();
      const stranger = await admitted({ from: null });
      expect(await under.ledger.liveCalls()).toHaveLength(3);
      expect(await under.ledger.numberOf(stranger.person)).toBeNull();
      expect(await under.ledger.call(stranger.id)).toStrictEqual(stranger);
    });

    it('keep the person from being called meanwhile, and do not count as a ring of their phone', async () => {
      const call = await admitted();
      const due = await waiting(asha);
      expect(await under.ledger.dueCalls(t0, 10)).toEqual([]);
      expect(await claimed(due)).toBe(0);
      expect(await under.ledger.rangAt(call.person, 0)).toEqual([]);
    });

    it('may come from somebody whose phone rings for us at this moment', async () => {
      const due = await waiting(asha);
      expect(await claimed(due)).toBe(1);
      await admitted();
      expect(await under.ledger.liveCalls()).toHaveLength(2);
    });

    it('take the channels that are reserved for them first, then those of others', async () => {
      const due = await waiting('+919876500001');
      await admitted({ from: '+919876500002' as PhoneNumber });
      expect(await claimed(due, { channels: 1, reservedForIncoming: 0 })).toBe(0);
      await admitted({ from: '+919876500003' as PhoneNumber });
      expect(await claimed(due, { channels: 1, reservedForIncoming: 1 })).toBe(0);
      expect(await claimed(due, { channels: 1, reservedForIncoming: 2 })).toBe(1);
    });

    it('find what is known of the caller: their language, who shares the phone, and how full the trunk is', async () => {
      const person = sampleVault.personOf(asha);
      const ask = () => under.ledger.whoCalls({ person, trunk: 'carrier-a' });
      expect(await ask()).toEqual({ language: null, people: [], liveOnTrunk: 0 });
      const people = [{ id: 'p1', name: 'आशा' }];
      await waiting(asha, [{ id: 'p0', name: 'Ravi' }]);
      const call = await waiting(asha, people);
      expect(await ask()).toEqual({ language: null, people, liveOnTrunk: 0 });
      const dialled = dialTransition(call, { at: t0 });
      expect(await under.ledger.commit(dialled)).toBe('committed');
      expect(await under.ledger.commit(answerTransition(dialled.call, t0))).toBe('committed');
      expect(await ask()).toEqual({ language: 'hi', people, liveOnTrunk: 1 });
      await admitted({ from: null });
      expect(await ask()).toMatchObject({ liveOnTrunk: 2 });
      const transfer = { leg: sampleIds.newId('att'), callId: call.id, trunk: 'carrier-a', callerId: null };
      const limits = { channels: 2, spacingMs: 20, reserveUntil: t0 + 60_000, legLimitMs: 60_000 };
      const claim = {
        ...transfer,
        callee: sampleAgent,
        isAgent: false,
        ...limits,
        lease: under.lease,
        now: t0,
      };
      expect(await under.ledger.claimTransfer(claim)).toBe('no_channel');
      const reserved = { ...claim, reservedForIncoming: 1 };
      expect(await under.ledger.claimTransfer(reserved)).not.toBe('no_channel');
      expect(await ask()).toMatchObject({ liveOnTrunk: 3 });
    });
  });
}
