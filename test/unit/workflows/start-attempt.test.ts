import { describe, expect, it } from 'vitest';
import { LedgerUnavailable, type Transition } from '../../../src/db/ledger.ts';
import { requestEnd } from '../../../src/domain/calls/call-moves.ts';
import type { Call } from '../../../src/domain/calls/call.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import { paceOf } from '../../../src/domain/calls/pace.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';
import type { DialRequest, DialResult } from '../../../src/telephony/telephony.ts';
import type { DialPlan } from '../../../src/workflows/due-preparation.ts';
import { LeavingTimes } from '../../../src/workflows/leave-at-instant.ts';
import { LiveCalls } from '../../../src/workflows/live-calls.ts';
import type { PreparedCall } from '../../../src/workflows/prepared-call.ts';
import { startAttempt, type StartAttemptDependencies } from '../../../src/workflows/start-attempt.ts';
import { wait } from '../../../src/lib/wait.ts';
import {
  dialTransition,
  lastAttempt,
  sampleCall,
  sampleIds,
  sampleTransition,
} from '../../support/sample-call.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const aheadMs = 1_000;
const lateMs = paceOf(simulatorTrunk.callsPerSecond).latenessMs;

interface World {
  /** The opt-outs that the last look finds; null where another gateway attends the attempt. */
  look?: () => Promise<string[] | null>;
  /** The instant that is reserved in place of one that was missed. */
  reserve?: (now: number) => number | null;
  isSafe?: boolean;
  dialled?: DialResult;
  changes?: Partial<Call>;
  isEndRequested?: boolean;
  goneBy?: number;
}

/** A claimed attempt, whose instant is a second ahead. */
function claimed({
  isEndRequested = false,
  look,
  reserve,
  isSafe = true,
  dialled = { result: 'sent' },
  changes,
  goneBy,
}: World = {}) {
  const clock = new VirtualClock();
  const now = clock.now();
  const hours = { start: '00:00', end: '24:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] };
  const call = sampleCall({ at: now, changes: { callingHours: hours, list: 'news', ...changes } });
  const claim = { asterisk: 'asterisk', epoch: 1, sendAt: now + aheadMs, at: now };
  const dial = dialTransition(call, goneBy === undefined ? claim : { ...claim, goneBy: now + goneBy });
  const transition = isEndRequested ? sampleTransition(requestEnd(dial.call)) : dial;
  const happened: [string, number][] = [];
  const happens = (what: string): void => void happened.push([what, clock.now() - now]);
  const requests: DialRequest[] = [];
  const committed: Transition[] = [];
  const deps = {
    ...{ clock, log: silentLog, ids: sampleIds, liveCalls: new LiveCalls() },
    leavingTimes: new LeavingTimes(),
    lease: { asterisk: 'asterisk', epoch: 1, isSafe: () => isSafe },
    ledger: {
      noteLeaving() {
        happens('looked');
        return look === undefined ? Promise.resolve([]) : look();
      },
      noteStaying() {
        happens('stays');
        return Promise.resolve();
      },
      reserveInstant() {
        happens('reserved');
        return Promise.resolve((reserve ?? ((at: number) => at + 200))(clock.now()));
      },
      commit(move: Transition) {
        committed.push(move);
        return Promise.resolve('committed');
      },
    },
    telephony: {
      hangUp() {
        happens('hung_up');
        return Promise.resolve();
      },
      dial(request: DialRequest) {
        happens('dialled');
        requests.push(request);
        return Promise.resolve(dialled);
      },
    },
    onUnsure: () => happens('unsure'),
    onEnded: () => happens('over'),
    hasAnotherTrunk: () => Promise.resolve(false),
  } as unknown as StartAttemptDependencies;
  const plan: DialPlan = {
    ...{ call, prepared: {} as PreparedCall, preparedAt: now, attempts: 0, waysVersion: 0 },
    ...{ trunk: simulatorTrunk, number: '+919876543210' as PhoneNumber, callerId: null },
  };
  const live = startAttempt(deps, transition, plan);
  const verdict = () => committed.map(({ call: kept }) => lastAttempt(kept).ended?.verdict);
  return { clock, live, happened, requests, committed, verdict };
}

const givenBack = { reason: 'trunk_failure', fault: 'gateway' };

describe('a claimed attempt', () => {
  it('is dialled at its instant, once, and was put on record as leaving before', async () => {
    const { clock, happened, requests, committed } = claimed();
    await clock.advanceBy(60_000);
    expect(happened).toEqual([
      ['looked', aheadMs],
      ['dialled', aheadMs],
    ]);
    expect(requests).toMatchObject([{ endpoint: 'PJSIP/+919876543210@simulator', detectTalk: true }]);
    expect(committed).toEqual([]);
  });

  it.each<[string, World]>([
    ['somebody said no', { look: () => Promise.resolve(['list:other', 'all']) }],
    ['somebody said no to its list', { look: () => Promise.resolve(['list:news']) }],
    ['another gateway attends it', { look: () => Promise.resolve(null) }],
    ['the database does not say', { look: () => Promise.reject(new LedgerUnavailable('away')) }],
    ['another gateway may hold the lease', { isSafe: false }],
    ['its hours are over', { changes: { callingHours: { ...sampleCall().callingHours, days: [] } } }],
  ])('is given back undialled where %s', async (_what, world) => {
    const { clock, happened, verdict } = claimed(world);
    await clock.advanceBy(60_000);
    expect(happened.map(([what]) => what)).not.toContain('dialled');
    expect(verdict()).toMatchObject([givenBack]);
  });

  it('is dialled where somebody said no to something else', async () => {
    const { clock, requests } = claimed({ look: () => Promise.resolve(['list:other']) });
    await clock.advanceBy(60_000);
    expect(requests).toHaveLength(1);
  });

  describe('that is late', () => {
    const slowly = (clock: () => VirtualClock, tookMs: readonly number[]) => {
      const left = [...tookMs];
      return async (): Promise<string[]> => {
        await wait(clock(), left.shift() ?? 0);
        return [];
      };
    };

    it('by no more than its pace allows is dialled all the same', async () => {
      const { clock, happened } = claimed({ look: slowly(() => clock, [lateMs]) });
      await clock.advanceBy(60_000);
      expect(happened.at(-1)).toEqual(['dialled', aheadMs + lateMs]);
    });

    it('takes another instant, stays on record until then, and looks for a no ahead of it, by as much as the last look took', async () => {
      const { clock, happened } = claimed({ look: slowly(() => clock, [lateMs + 1, 10]) });
      await clock.advanceBy(60_000);
      const reservedAt = aheadMs + lateMs + 1;
      expect(happened).toEqual([
        ['looked', aheadMs],
        ['reserved', reservedAt],
        ['stays', reservedAt],
        ['looked', reservedAt + 200 - lateMs - 1],
        ['dialled', reservedAt + 200],
      ]);
    });

    it('is given back where there is no other instant', async () => {
      const { clock, requests, verdict } = claimed({
        look: slowly(() => clock, [lateMs + 1]),
        reserve: () => null,
      });
      await clock.advanceBy(60_000);
      expect(requests).toEqual([]);
      expect(verdict()).toMatchObject([givenBack]);
    });

    it('is given back after twenty seconds of that', async () => {
      const { clock, happened, requests, verdict } = claimed({
        look: slowly(() => clock, Array<number>(100).fill(3_000)),
        reserve: (now) => now,
      });
      await clock.advanceBy(120_000);
      expect(requests).toEqual([]);
      expect(verdict()).toMatchObject([givenBack]);
      expect(happened.filter(([what]) => what === 'looked').length).toBeLessThan(10);
    });
  });

  it('is not given back any more once it was dialled, whoever wants that', async () => {
    const { clock, live, committed } = claimed();
    await clock.advanceBy(aheadMs);
    live.post({ type: 'withdrawn' });
    await clock.advanceBy(1);
    expect([live.dialled, committed]).toEqual([true, []]);
  });

  it('is not dialled any more once its end was requested', async () => {
    const { clock, live, requests, verdict } = claimed();
    live.post({ type: 'cancel' });
    await clock.advanceBy(60_000);
    expect(requests).toEqual([]);
    expect(verdict()).toMatchObject([{ reason: 'cancelled' }]);
  });

  it('is not dialled where a request for its end is on record, of which nobody here was told', async () => {
    const { clock, live, requests, verdict } = claimed({ isEndRequested: true });
    await clock.advanceBy(60_000);
    expect(requests).toEqual([]);
    expect(verdict()).toMatchObject([{ reason: 'cancelled' }]);
    expect(live.dialled).toBe(false);
  });

  it('is hung up where that is requested after it was dialled, and has ended when its leg has', async () => {
    const { clock, live, happened, committed } = claimed();
    await clock.advanceBy(aheadMs);
    live.post({ type: 'cancel' });
    await clock.advanceBy(1);
    expect(happened.at(-1)?.[0]).toBe('hung_up');
    expect(committed).toEqual([]);
  });

  it('has a leg that is gone when its record says so', async () => {
    const { clock, requests } = claimed({ goneBy: 100_000 });
    await clock.advanceBy(60_000);
    expect(requests).toMatchObject([{ absoluteTimeoutMs: 100_000 - aheadMs }]);
  });

  it.each<[string, DialResult, object[]]>([
    [
      'is given back where Asterisk was out of reach',
      { result: 'refused', code: 'not_connected', reason: '' },
      [givenBack],
    ],
    [
      'has failed where Asterisk refused it',
      { result: 'refused', code: 'refused_by_network', reason: '' },
      [{ reason: 'trunk_failure', fault: 'configuration' }],
    ],
    ['goes on where nobody knows, and is looked for', { result: 'unsure', reason: '' }, []],
  ])('%s', async (_what, dialled, verdicts) => {
    const { clock, happened, verdict } = claimed({ dialled });
    await clock.advanceBy(60_000);
    expect(verdict()).toMatchObject(verdicts);
    expect(happened.at(-1)?.[0]).toBe(verdicts.length === 0 ? 'unsure' : 'over');
    expect(happened.filter(([what]) => what === 'dialled')).toHaveLength(1);
  });
});
