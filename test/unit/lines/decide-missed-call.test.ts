import { describe, expect, it } from 'vitest';
import type { PersonHash } from '../../../src/domain/calls/call.ts';
import type { AttemptId, MissedCallId } from '../../../src/domain/ids.ts';
import type { Caller } from '../../../src/domain/lines/caller.ts';
import {
  decideMissedCall,
  type LineCaller,
  type MissedCallDecision,
} from '../../../src/domain/lines/decide-missed-call.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import { parsePhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';

const at = Date.parse('2026-03-02T06:30:00Z');
const minuteMs = 60_000;
const list = 'school-updates';
const call_back = { flow: 'welcome', delay: 'PT20S' };
const due = { state: 'due', at: at + 20_000 };
const none = { state: 'none' };

const parsed = parsePhoneNumber('+919876543210');
if (parsed.result !== 'parsed') throw new Error('a number that may be called');
const person: Caller = { kind: 'person', number: parsed.number };

interface Given {
  line?: Partial<Extract<LineRequest, { mode: 'missed_call' }>> | Extract<LineRequest, { mode: 'answer' }>;
  caller?: Caller;
  known?: LineCaller;
  optOuts?: string[];
}

function decide({ line, caller = person, known, optOuts = [] }: Given): MissedCallDecision {
  const request = { mode: 'missed_call', list, debounce: 'PT5M', ...line } as LineRequest;
  return decideMissedCall(
    {
      leg: 'att_1' as AttemptId,
      line: lineOf('+911412345678' as LineNumber, request, { createdAt: 0, changedAt: 0 }),
      caller,
      person: caller.kind === 'person' ? ('one' as PersonHash) : null,
      trunk: 'carrier-a',
      receivedAt: at,
    },
    { lineCaller: known ?? { original: null, repeats: 0 }, optOuts },
  );
}

const before = (agoMs: number, repeats = 0): LineCaller => ({
  original: { id: 'mc_1' as MissedCallId, at: at - agoMs },
  repeats,
});
const optedIn = { duplicateOf: null, reported: true, blockedBy: null, optInList: list, callBack: none };
const nothing = { optInList: null, optOutScope: null, callBack: none };

describe('what follows from a missed call', () => {
  it.each<[string, Given, object]>([
    ['an opt-in to the list of its line', {}, optedIn],
    [
      'no opt-in, where that takes a yes in the call-back',
      { line: { confirm: true, call_back } },
      { optInList: null, callBack: due },
    ],
    ['a call back', { line: { call_back } }, { optInList: list, callBack: due }],
    ['an opt-out of the list', { line: { opt_out: true } }, { optInList: null, optOutScope: `list:${list}` }],
    [
      'nothing of a number that is not shown',
      { caller: { kind: 'withheld' } },
      { ...nothing, reported: true },
    ],
    ['nothing of a number of ours', { caller: { kind: 'own_number' }, line: { opt_out: true } }, nothing],

    [
      'nothing of a repeat',
      { known: before(5 * minuteMs - 1), line: { call_back } },
      { ...nothing, duplicateOf: 'mc_1' },
    ],
    ['all of it once its time is over', { known: before(5 * minuteMs) }, optedIn],
    [
      'nothing of what came before and is recorded after',
      { known: before(-5 * minuteMs + 1) },
      { ...nothing, duplicateOf: 'mc_1' },
    ],
    ['all of it, where that was long before', { known: before(-5 * minuteMs) }, optedIn],
    ['a report of the third repeat', { known: before(1, 2) }, { duplicateOf: 'mc_1', reported: true }],
    ['none of the fourth', { known: before(1, 3) }, { duplicateOf: 'mc_1', reported: false }],

    [
      'nothing for whoever opted out of everything',
      { optOuts: ['all'], line: { call_back } },
      { ...nothing, blockedBy: 'all' },
    ],
    [
      'nothing for whoever opted out of the list',
      { optOuts: [`list:${list}`] },
      { ...nothing, blockedBy: `list:${list}` },
    ],
    ['all of it for whoever opted out of another', { optOuts: ['list:other', 'campaign:x'] }, optedIn],
    [
      'an opt-out, of whoever opted out before, too',
      { optOuts: ['all'], line: { opt_out: true } },
      { blockedBy: null, optOutScope: `list:${list}` },
    ],

    [
      'no opt-in by a line that was to be answered',
      { line: { mode: 'answer', flow: 'helpline', list, full: 'call_back' } },
      { optInList: null, callBack: due },
    ],
  ])('is %s', (_what, given, expected) => {
    expect(decide(given)).toMatchObject(expected);
  });
});
