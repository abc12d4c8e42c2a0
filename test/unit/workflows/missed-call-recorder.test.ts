import { expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import type { AttemptId } from '../../../src/domain/ids.ts';
import type { ReceivedMissedCall } from '../../../src/domain/lines/missed-call.ts';
import {
  MissedCallRecorder,
  type MissedCallRecorderDependencies,
} from '../../../src/workflows/missed-call-recorder.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const call = (leg: string) => ({ leg: leg as AttemptId }) as ReceivedMissedCall;

/** The database takes each batch when it is let. */
function recorder(limits?: { mostWaiting: number }) {
  const clock = new VirtualClock();
  const batches: string[][] = [];
  const recorded: string[] = [];
  const answers: PromiseWithResolvers<[]>[] = [];
  const missedCalls: MissedCallRecorderDependencies['missedCalls'] = {
    record(calls) {
      batches.push(calls.map(({ leg }) => leg));
      const answer = Promise.withResolvers<[]>();
      answers.push(answer);
      return answer.promise;
    },
  };
  const onRecorded = (legs: readonly string[]): void => void recorded.push(...legs);
  const under = new MissedCallRecorder({ missedCalls, onRecorded, clock, log: silentLog }, limits);
  return { under, clock, batches, recorded, answers };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

it('records together what comes while a batch is written', async () => {
  const { under, batches, recorded, answers } = recorder();
  for (const leg of ['a', 'b', 'c']) under.record(call(leg));
  expect(batches).toEqual([['a']]);
  expect(['a', 'b', 'c', 'd'].map((leg) => under.holds(leg))).toEqual([true, true, true, false]);
  answers[0]?.resolve([]);
  await turns(10);
  expect(batches).toEqual([['a'], ['b', 'c']]);
  expect(['a', 'b'].map((leg) => under.holds(leg))).toEqual([false, true]);
  answers[1]?.resolve([]);
  await under.stop();
  expect(recorded).toEqual(['a', 'b', 'c']);
});

it.each(Array.from({ length: 10 }, (_, turn) => turn))(
  'leaves nobody lying who comes just as a batch is over: %d turns after it',
  async (turn) => {
    const { under, batches, answers } = recorder();
    under.record(call('a'));
    answers[0]?.resolve([]);
    await turns(turn);
    under.record(call('b'));
    await turns(10);
    expect(batches).toEqual([['a'], ['b']]);
  },
);

it('keeps what the database does not take, and tries again', async () => {
  const { under, clock, batches, recorded, answers } = recorder();
  under.record(call('a'));
  answers[0]?.reject(new LedgerUnavailable('away'));
  await turns(10);
  expect(under.holds('a')).toBe(true);
  await clock.advanceBy(1_000);
  expect(batches).toEqual([['a'], ['a']]);
  answers[1]?.resolve([]);
  await turns(10);
  expect([recorded, under.holds('a')]).toEqual([['a'], false]);
});

it('ends though the database is away: what waits is in the files of Asterisk', async () => {
  const { under, answers } = recorder();
  under.record(call('a'));
  answers[0]?.reject(new LedgerUnavailable('away'));
  await under.stop();
  expect(under.holds('a')).toBe(true);
});

it('holds so many and no more while the database is away, and has room again when it is back', async () => {
  const { under, clock, batches, recorded, answers } = recorder({ mostWaiting: 2 });
  for (const leg of ['a', 'b', 'c', 'd']) under.record(call(leg));
  answers[0]?.reject(new LedgerUnavailable('away'));
  await turns(10);
  expect(['a', 'b', 'c', 'd'].map((leg) => under.holds(leg))).toEqual([true, true, false, false]);
  await clock.advanceBy(1_000);
  answers[1]?.resolve([]);
  await turns(10);
  // as it is taken from the file of Asterisk, where it was all the while
  under.record(call('c'));
  await turns(10);
  expect([batches.at(-1), recorded]).toEqual([['c'], ['a', 'b']]);
});
