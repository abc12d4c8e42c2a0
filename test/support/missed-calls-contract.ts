import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/db/ledger.ts';
import type { MissedCalls } from '../../src/db/missed-calls.ts';
import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { AttemptId } from '../../src/domain/ids.ts';
import type { Caller } from '../../src/domain/lines/caller.ts';
import { lineOf, type LineRequest } from '../../src/domain/lines/line-request.ts';
import type { Line, LineNumber } from '../../src/domain/lines/line.ts';
import type { ReceivedMissedCall } from '../../src/domain/lines/missed-call.ts';
import type { PhoneNumber } from '../../src/domain/phone-numbers/phone-number.ts';
import { answerTransition, dialTransition, sampleAcceptance, sampleIds, sampleVault } from './sample-call.ts';

export interface MissedCallsUnderTest {
  missedCalls: MissedCalls;
  ledger: Ledger;
  /** Of no call, in the order of their committing. */
  events(): Promise<StoredEvent[]>;
  optIns(): Promise<{ person: string; list: string; source: string }[]>;
}

const t0 = 1_800_000_000_000;
const secondMs = 1_000;
const number = '+911412345678' as LineNumber;
const asha = '+919876543210' as PhoneNumber;
const ravi = '+919876543211' as PhoneNumber;

function line(request: Partial<Extract<LineRequest, { mode: 'missed_call' }>> = {}): Line {
  return lineOf(number, { mode: 'missed_call', ...request }, { createdAt: t0, changedAt: t0 });
}

function missed(
  at: number,
  changes: { from?: PhoneNumber | Exclude<Caller['kind'], 'person'>; line?: Line; leg?: string } = {},
): ReceivedMissedCall {
  const from = changes.from ?? asha;
  const isNumber = from.startsWith('+');
  return {
    leg: changes.leg === undefined ? sampleIds.newId('att') : (changes.leg as AttemptId),
    line: changes.line ?? line(),
    caller: (isNumber ? { kind: 'person', number: from } : { kind: from }) as Caller,
    person: isNumber ? sampleVault.personOf(from) : null,
    ...{ trunk: 'carrier-a', receivedAt: t0 + at },
  };
}

/** What both implementations of `MissedCalls` keep. */
export function describeMissedCalls(name: string, create: () => Promise<MissedCallsUnderTest>): void {
  describe(`missed calls: ${name}`, () => {
    let stage: MissedCallsUnderTest;
    beforeEach(async () => {
      stage = await create();
    });
    const record = (...calls: ReceivedMissedCall[]) => stage.missedCalls.record(calls, t0);
    const take = (now = t0) => stage.missedCalls.takeCallBacks({ now, leaseMs: 60_000, limit: 10 });
    const listed = async () =>
      (await stage.missedCalls.list({ limit: 100 })).map(({ missedCall }) => missedCall);

    it('are kept with their number, and reported', async () => {
      const [call] = await record(missed(0));
      expect(call).toMatchObject({ caller: 'person', duplicateOf: null, callBack: { state: 'none' } });
      expect(await stage.missedCalls.list({ limit: 10 })).toEqual([{ missedCall: call, number: asha }]);
      const [event] = await stage.events();
      expect(JSON.parse(event?.body ?? '')).toMatchObject({
        ...{ type: 'missed_call.received', sequence: null },
        data: { missed_call: { id: call?.id, line: number, from: '+91******3210', duplicate_of: null } },
      });
    });

    it('are kept once each, however often and at once they are told', async () => {
      const calls = [missed(0), missed(1, { from: ravi }), missed(2, { from: 'withheld' })];
      const results = await Promise.all(Array.from({ length: 8 }, () => record(...calls, ...calls)));
      expect(results.flat()).toHaveLength(3);
      expect(await listed()).toHaveLength(3);
      expect(await stage.events()).toHaveLength(3);
    });

    it('are not kept of a call that was answered', async () => {
      const acceptance = sampleAcceptance({ at: t0 });
      await stage.ledger.accept(acceptance);
      const dialled = dialTransition(acceptance.transition.call, { at: t0 });
      await stage.ledger.commit(dialled);
      const leg = dialled.call.attempts[0]?.id ?? '';
      expect(await record(missed(0, { leg }))).toEqual([]);
    });

    it.each(['withheld', 'unreadable', 'not_callable', 'own_number'] as const)(
      'are kept without a number where it is %s, and nothing follows',
      async (kind) => {
        const welcoming = line({ list: 'a', call_back: { flow: 'welcome' } });
        const [call] = await record(
          missed(0, { from: kind, line: welcoming }),
          missed(1, { from: kind, line: welcoming }),
        );
        expect(call).toMatchObject({
          caller: kind,
          person: null,
          duplicateOf: null,
          callBack: { state: 'none' },
        });
        expect(await listed()).toHaveLength(2);
        expect(await take()).toEqual([]);
        expect(await stage.optIns()).toEqual([]);
      },
    );

    it('repeat the first of the same person and line within its time, in whichever order they are recorded', async () => {
      const five = line({ debounce: 'PT5M', call_back: { flow: 'welcome' } });
      const [first] = await record(missed(60 * secondMs, { line: five }));
      const rest = await record(
        missed(0, { line: five }),
        missed(359 * secondMs, { line: five }),
        missed(60 * secondMs, { line: five, from: ravi }),
        missed(360 * secondMs, { line: five }),
      );
      expect(rest.map(({ duplicateOf }) => duplicateOf)).toEqual([first?.id, first?.id, null, null]);
      expect(rest.map(({ callBack }) => callBack.state)).toEqual(['none', 'none', 'due', 'due']);
    });

    it('are each kept in a flood of one caller, of which a few are reported', async () => {
      await record(...Array.from({ length: 50 }, (_, index) => missed(index * 10)));
      expect(await listed()).toHaveLength(50);
      expect(await stage.events()).toHaveLength(4);
    });

    it('are opt-ins to the list of a line without confirmation, and of one with it are not', async () => {
      await record(missed(0, { line: line({ list: 'a' }) }));
      await record(
        missed(0, { from: ravi, line: line({ list: 'b', confirm: true, call_back: { flow: 'welcome' } }) }),
      );
      expect(await stage.optIns()).toEqual([
        { person: sampleVault.personOf(asha), list: 'a', source: 'missed_call' },
      ]);
      expect((await stage.events()).map(({ type }) => type)).toEqual([
        ...['missed_call.received', 'opt_in.recorded', 'missed_call.received'],
      ]);
    });

    it('opt out by a line for it, once, and nothing follows for whoever opted out', async () => {
      const leaving = line({ list: 'a', opt_out: true, debounce: 'PT0S' });
      await record(missed(0, { line: leaving }), missed(1, { line: leaving }));
      expect(await stage.ledger.optOuts(sampleVault.personOf(asha))).toEqual(['list:a']);
      const [call] = await record(
        missed(10, { line: line({ list: 'a', debounce: 'PT0S', call_back: { flow: 'welcome' } }) }),
      );
      expect(call).toMatchObject({ blockedBy: 'list:a', callBack: { state: 'none' } });
      const [other] = await record(
        missed(20, { line: line({ list: 'b', debounce: 'PT0S', call_back: { flow: 'welcome' } }) }),
      );
      expect(other).toMatchObject({ blockedBy: null, callBack: { state: 'due' } });
    });

    describe('that are called back', () => {
      const back = line({ debounce: 'PT0S', call_back: { flow: 'welcome', delay: 'PT20S' } });

      it('are taken once, the oldest of each person', async () => {
        const [first, , other] = await record(
          missed(0, { line: back }),
          missed(1, { line: back }),
          missed(2, { line: back, from: ravi }),
        );
        const taken = (await Promise.all([take(), take(), take()])).flat();
        expect(taken.map(({ missedCall }) => missedCall.id).toSorted()).toEqual([first?.id, other?.id]);
        expect(taken.find(({ missedCall }) => missedCall.id === first?.id)).toMatchObject({
          ...{ at: t0 + 20_000, number: asha, openCall: null, lastLanguage: null },
        });
        expect(await take(t0 + 59_999)).toEqual([]);
        expect(await take(t0 + 60_000)).toHaveLength(2);
      });

      it('know in which language the person was spoken to last, not in which their phone rang', async () => {
        const ring = async (to: PhoneNumber) => {
          const acceptance = sampleAcceptance({ at: t0, number: to });
          await stage.ledger.accept(acceptance);
          const dialled = dialTransition(acceptance.transition.call, { at: t0 });
          expect(await stage.ledger.commit(dialled)).toBe('committed');
          return dialled.call;
        };
        const rung = await ring(asha);
        expect(await stage.ledger.commit(answerTransition(rung, t0))).toBe('committed');
        await ring(ravi);
        await record(missed(0, { line: back }), missed(0, { line: back, from: ravi }));
        const languages = (await take()).map(({ number: of, lastLanguage }) => [of, lastLanguage]);
        expect(new Map(languages as [string, string | null][])).toEqual(
          new Map([
            [asha, 'hi'],
            [ravi, null],
          ]),
        );
      });

      it('are joined while the call-back has not ended', async () => {
        const [first, second] = await record(missed(0, { line: back }), missed(1, { line: back }));
        await take();
        const acceptance = sampleAcceptance({ at: t0, number: asha });
        await stage.ledger.accept(acceptance);
        const callId = acceptance.transition.call.id;
        await stage.missedCalls.settleCallBack(first!.id, { state: 'placed', callId });
        const states = new Map((await listed()).map(({ id, callBack }) => [id, callBack]));
        expect(states.get(first!.id)).toEqual({ state: 'placed', callId });
        expect(states.get(second!.id)).toEqual({ state: 'joined', callId });
        await record(missed(5, { line: back }));
        expect(await take()).toMatchObject([{ openCall: callId }]);
      });

      it('keep why they could not be', async () => {
        const [first] = await record(missed(0, { line: back }));
        await take();
        await stage.missedCalls.settleCallBack(first!.id, { state: 'dropped', problem: 'no trunk' });
        expect((await listed())[0]?.callBack).toEqual({ state: 'dropped', problem: 'no trunk' });
        expect(await take(t0 + 120_000)).toEqual([]);
      });
    });

    it('are listed newest first, by line and time, page by page', async () => {
      const calls = await record(...[0, 1, 2].map((at) => missed(at, { line: line({ debounce: 'PT0S' }) })));
      const ids = calls.map(({ id }) => id).reverse();
      const list = async (filter: Partial<Parameters<MissedCalls['list']>[0]>) =>
        (await stage.missedCalls.list({ limit: 10, ...filter })).map(({ missedCall }) => missedCall.id);
      expect(await list({})).toEqual(ids);
      expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await list({ before: ids[0]! })).toEqual(ids.slice(1));
      expect(await list({ since: t0 + 1 })).toEqual(ids.slice(0, 2));
      expect(await list({ line: '+911412345679' as LineNumber })).toEqual([]);
    });
  });
}
