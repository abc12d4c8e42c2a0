import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, Transition } from '../../src/db/ledger.ts';
import { endAttempt, noteRinging, postpone } from '../../src/domain/calls/call-moves.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { VerdictReason } from '../../src/domain/calls/verdict.ts';
import type { LedgerUnderTest } from './ledger-contract.ts';
import {
  dialTransition,
  lastAttempt,
  sampleAcceptance,
  sampleNumber,
  sampleTransition,
  sampleVault,
} from './sample-call.ts';

const t0 = 1_800_000_000_000;

/** What every ledger knows of how often somebody's phone rang; run on PostgreSQL and on its twin in memory. */
export function testRingsContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`rings in the ledger ${name}`, () => {
    let under: LedgerUnderTest;
    let ledger: Ledger;
    const number = sampleNumber();
    const person = sampleVault.personOf(number);
    beforeEach(async () => {
      under = await create();
      ledger = under.ledger;
    });
    afterEach(() => under.close());

    async function accepted(): Promise<Call> {
      const acceptance = sampleAcceptance({ number, at: t0 });
      await ledger.accept(acceptance);
      return acceptance.transition.call;
    }

    async function committed(transition: Transition): Promise<Call> {
      expect(await ledger.commit(transition)).toBe('committed');
      return transition.call;
    }

    async function attempted(sendAt: number, reason: VerdictReason, rang: boolean): Promise<void> {
      const dialed = await committed(dialTransition(await accepted(), { sendAt, at: sendAt }));
      const { id } = lastAttempt(dialed);
      const call = rang ? await committed(sampleTransition(noteRinging(dialed, id, sendAt + 1))) : dialed;
      await committed(endTransition(call, reason));
    }

    function claim(
      candidates: readonly Call[],
      { decide, trunk = 'carrier-a', rangSince }: ClaimOptions,
    ): Promise<Transition[]> {
      return ledger.claim({
        ...{ trunk, now: t0, limit: 1, channels: 100, spacingMs: 1, reserveUntil: t0 + 60_000, rangSince },
        lease: under.lease,
        candidates: candidates.map(({ id }) => id),
        decide: (call, sendAt, _, rangAt) => decide(call, { sendAt, rangAt }),
      });
    }

    it.each<[VerdictReason, boolean, boolean]>([
      ['no_answer', true, true],
      ['busy', true, true],
      ['trunk_failure', true, true],
      // it rang, though the network did not say so
      ['no_answer', false, true],
      ['rejected', false, true],
      // nobody knows
      ['lost', false, true],
      ['busy', false, false],
      ['unreachable', false, false],
      ['invalid_number', false, false],
      ['congestion', false, false],
      ['trunk_failure', false, false],
      ['cancelled', false, false],
    ])('an attempt that came to %s, ringing %s, is one: %s', async (reason, rang, counts) => {
      await attempted(t0, reason, rang);
      expect(await ledger.rangAt(person, 0)).toEqual(counts ? [t0] : []);
    });

    it('are those of all calls of the person, in the period that is asked for, with the one that rings now', async () => {
      for (const at of [t0 - 100, t0 - 50]) await attempted(at, 'no_answer', true);
      await committed(dialTransition(await accepted(), { sendAt: t0 - 10, at: t0 - 10 }));
      expect(await ledger.rangAt(person, t0 - 101)).toEqual([t0 - 100, t0 - 50, t0 - 10]);
      expect(await ledger.rangAt(person, t0 - 100)).toEqual([t0 - 50, t0 - 10]);
      expect(await ledger.rangAt(sampleVault.personOf(sampleNumber()), 0)).toEqual([]);
    });

    it('are known to whoever claims, where they are asked for', async () => {
      for (const at of [t0 - 100, t0 - 50]) await attempted(at, 'no_answer', true);
      const call = await accepted();
      const seen: number[][] = [];
      const decide: Decide = (each, { sendAt, rangAt }) => {
        seen.push([...rangAt]);
        return sampleTransition(postpone(each, sendAt));
      };
      await claim([call], { decide, rangSince: t0 - 60 });
      await claim([call], { decide, rangSince: null });
      expect(seen).toEqual([[t0 - 50], []]);
    });

    it('never come to more than a claim allows, though many claim at once and attempts end meanwhile', async () => {
      const calls = await Promise.all(Array.from({ length: 24 }, () => accepted()));
      const claimAndEnd = async (_: unknown, index: number): Promise<void> => {
        const trunk = `carrier-${index}`;
        const decide: Decide = (call, { sendAt, rangAt }) =>
          rangAt.length < 3
            ? dialTransition(call, { trunk, sendAt, at: t0 })
            : sampleTransition(postpone(call, t0));
        for (let round = 0; round < 8; round += 1)
          for (const { call } of await claim(calls, { trunk, decide, rangSince: t0 - 1_000 }))
            if (call.state.status === 'dialing') await ledger.commit(endTransition(call, 'no_answer'));
      };
      await Promise.all(Array.from({ length: 6 }, claimAndEnd));
      expect(await ledger.rangAt(person, t0 - 1_000)).toHaveLength(3);
    });
  });
}

type Decide = (call: Call, seen: { sendAt: number; rangAt: readonly number[] }) => Transition;

interface ClaimOptions {
  decide: Decide;
  trunk?: string;
  rangSince: number | null;
}

function endTransition(call: Call, reason: VerdictReason): Transition {
  const verdict = { reason, fault: 'callee', retryable: false, sipCode: null, q850Cause: null } as const;
  const after = { next: 'end', outcome: 'no_answer', problem: null } as const;
  const end = { at: t0, verdict, progress: null, after, timeline: [] };
  return sampleTransition(endAttempt(call, lastAttempt(call).id, end));
}
