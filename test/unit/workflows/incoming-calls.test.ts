import { beforeEach, describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { createIdSource } from '../../../src/domain/ids.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import type { Line, LineNumber } from '../../../src/domain/lines/line.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import type { LegId } from '../../../src/telephony/telephony.ts';
import type { LineAnswer, LineCallReceived } from '../../../src/workflows/answer-line.ts';
import {
  IncomingCalls,
  type IncomingCallsDependencies,
  type LineAnswerer,
} from '../../../src/workflows/incoming-calls.ts';
import type { ReceivedMissedCall } from '../../../src/domain/lines/missed-call.ts';
import { MissedCallRecorder } from '../../../src/workflows/missed-call-recorder.ts';
import { silentLog } from '../../support/silent-log.ts';
import { personOf } from '../../support/simulated-gateway.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const number = '+911412345678' as LineNumber;
const trunk = { ...simulatorTrunk, prefixes: ['+91'] };

let clock: VirtualClock;
let seen: { what: string; at: number }[];
let all: () => Promise<ReadonlyMap<LineNumber, Line>>;
let simulator: Simulator;
let incoming: IncomingCalls;
let recorded: ReceivedMissedCall[];
let answer: (received: LineCallReceived, onUnanswered: () => void) => Promise<LineAnswer>;
const answerer: LineAnswerer = {
  answerLine: (received, onUnanswered) => answer(received, onUnanswered),
  isLive: () => false,
};

beforeEach(async () => {
  clock = new VirtualClock();
  seen = [];
  recorded = [];
  simulator = new Simulator({ clock, soundDurationMs: () => null });
  incoming = new IncomingCalls({
    ...{
      telephony: watched(),
      lines: { all: () => all() },
      trunks: [trunk],
      clock,
      log: silentLog,
      personOf,
    },
    recorder: {
      record: (received) => void recorded.push(received),
      holds: () => false,
      stop: () => Promise.resolve(),
    },
    onNoLine: () => seen.push({ what: 'no line', at: clock.now() }),
  });
  simulator.onEvent((event) => {
    if (event.type === 'incoming') incoming.receive(event, answerer);
    if (event.type === 'hung_up')
      seen.push({ what: `gone, ${event.evidence.answered ? 'answered' : 'unanswered'}`, at: clock.now() });
  });
  await simulator.start();
});

function watched(): IncomingCallsDependencies['telephony'] {
  const note = (what: string): void => void seen.push({ what, at: clock.now() });
  return {
    offered: () => simulator.offered(),
    writtenCalls: () => simulator.writtenCalls(),
    removeWritten: (leg) => simulator.removeWritten(leg),
    ring: (leg) => (note('ring'), simulator.ring(leg)),
    refuse: (leg) => (note('refuse'), simulator.refuse(leg)),
  };
}

function theLineIs(request: LineRequest): void {
  const line = lineOf(number, request, { createdAt: 0, changedAt: 0 });
  all = () => Promise.resolve(new Map([[number, line]]));
}

function receive(dialled: string, givesUpAfterMs = 30_000): void {
  const leg: LegId = createIdSource(clock, (count) => new Uint8Array(count)).newId('att');
  const way = { callerNumber: '+919000000000', callerWithheld: false, endpoint: 'simulator' };
  simulator.receive({ leg, dialled, ...way, givesUpAfterMs });
}

async function call(dialled: string, givesUpAfterMs?: number): Promise<string[]> {
  const began = clock.now();
  receive(dialled, givesUpAfterMs);
  await clock.runUntil(() => seen.some(({ what }) => what.startsWith('gone')), 60_000);
  return seen.map(({ what, at }) => `${at - began} ${what}`);
}

describe('a call that comes in', () => {
  it('rings once and is refused unanswered on a line for missed calls', async () => {
    theLineIs({ mode: 'missed_call' });
    expect(await call('01412345678')).toEqual(['0 ring', '1000 refuse', '1000 gone, unanswered']);
    expect(recorded).toMatchObject([
      {
        ...{ line: { number }, trunk: 'simulator', receivedAt: clock.now() - 1000 },
        caller: { kind: 'person', number: '+919000000000' },
      },
    ]);
  });

  it('is refused at once where nobody has such a line', async () => {
    theLineIs({ mode: 'missed_call' });
    expect(await call('+911412345679')).toEqual(['0 no line', '0 refuse', '0 gone, unanswered']);
    expect(recorded).toEqual([]);
  });

  it('is refused also where it cannot be known whose line it is', async () => {
    all = () => Promise.reject(new LedgerUnavailable('away'));
    expect(await call('+911412345678')).toEqual(['0 refuse', '0 gone, unanswered']);
  });

  it('may be given up before it was refused', async () => {
    theLineIs({ mode: 'missed_call' });
    expect(await call('+911412345678', 400)).toEqual(['0 ring', '400 gone, unanswered']);
  });

  it('is dealt with once, though it be told again', async () => {
    theLineIs({ mode: 'missed_call' });
    const story = call('+911412345678');
    await incoming.takeUp(answerer);
    await incoming.takeUp(answerer);
    expect((await story).filter((what) => what.endsWith('ring'))).toHaveLength(1);
  });

  it('is looked for again where it was written down and its leg is gone before its call has ended', async () => {
    theLineIs({ mode: 'missed_call' });
    simulator.loseConnection('a test');
    receive('+911412345678');
    await clock.advanceBy(5_000);
    simulator.restoreConnection();
    expect(await incoming.takeUp({ ...answerer, isLive: () => true })).toEqual({ isSettled: false });
    expect(recorded).toEqual([]);
    expect(await incoming.takeUp(answerer)).toEqual({ isSettled: true });
    expect(recorded).toHaveLength(1);
  });

  it('does not keep the process from stopping', async () => {
    theLineIs({ mode: 'missed_call' });
    const story = call('+911412345678');
    await incoming.drain();
    expect((await story).at(-1)).toBe('0 gone, unanswered');
  });
});

describe('a call to a line that answers', () => {
  const helpline = { mode: 'answer', flow: 'helpline' } as const;

  it('is no missed call where it is answered', async () => {
    theLineIs(helpline);
    answer = async ({ leg }) => {
      await simulator.answer(leg, { absoluteTimeoutMs: 5_000 });
      return 'answered';
    };
    expect(await call('01412345678')).toEqual(['0 ring', '5000 gone, answered']);
    expect(recorded).toEqual([]);
  });

  it.each([
    { full: 'busy', story: ['0 ring', '0 refuse', '0 gone, unanswered'] },
    { full: 'call_back', story: ['0 ring', '0 ring', '1000 refuse', '1000 gone, unanswered'] },
  ] as const)('is refused as a missed call where nobody can take it: $full', async ({ full, story }) => {
    theLineIs({ ...helpline, full });
    answer = () => Promise.resolve('full');
    expect(await call('01412345678')).toEqual(story);
    expect(recorded).toMatchObject([{ line: { number, mode: 'answer' } }]);
  });

  it('is a missed call where the caller hung up before the answer', async () => {
    theLineIs(helpline);
    answer = (_received, onUnanswered) => {
      clock.setTimer(400, onUnanswered);
      return Promise.resolve('answered');
    };
    await call('01412345678', 400);
    expect(recorded).toHaveLength(1);
  });
});

describe('a flood of calls while the database is away', () => {
  it('is on record when it is back, each call once, also those for which there was no room', async () => {
    theLineIs({ mode: 'missed_call' });
    let isAway = true;
    const kept: LegId[] = [];
    const recorder = new MissedCallRecorder(
      {
        missedCalls: {
          record(calls) {
            if (isAway) return Promise.reject(new LedgerUnavailable('away'));
            kept.push(...calls.map(({ leg }) => leg));
            return Promise.resolve([]);
          },
        },
        onRecorded: (legs) => legs.forEach((leg) => void simulator.removeWritten(leg)),
        ...{ clock, log: silentLog },
      },
      { mostWaiting: 2 },
    );
    const lines = { all: () => all() };
    incoming = new IncomingCalls({
      ...{ telephony: watched(), lines, recorder, trunks: [trunk], clock, log: silentLog, personOf },
    });
    for (let each = 0; each < 5; each += 1) {
      seen = [];
      await call('01412345678');
    }
    expect(kept).toEqual([]);
    isAway = false;
    for (let minute = 0; minute < 3; minute += 1) {
      await clock.advanceBy(60_000);
      await incoming.takeUp(answerer);
    }
    await clock.advanceBy(1_000);
    expect(kept).toHaveLength(5);
    expect(new Set(kept).size).toBe(5);
    expect((await simulator.writtenCalls()).over).toEqual([]);
  });
});
