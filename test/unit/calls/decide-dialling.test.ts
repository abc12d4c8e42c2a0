import { expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { weekdays } from '../../../src/domain/calls/calling-hours.ts';
import { decideDialling, type Dialling } from '../../../src/domain/calls/decide-dialling.ts';
import { ringingSpanMs } from '../../../src/domain/calls/dialling-rules.ts';
import { paceOf } from '../../../src/domain/calls/pace.ts';

const at = (time: string): number => Date.parse(`2026-03-02T${time}+05:30`);
const noon = at('12:00:00');
const lastInstant = at('21:00:00') - ringingSpanMs;
const pace = paceOf(10);
const lateMs = pace.latenessMs;

const call: Pick<Call, 'purpose' | 'callingHours' | 'notAfter'> = {
  purpose: 'service',
  callingHours: { start: '09:00', end: '21:00', days: weekdays, timeZone: 'Asia/Kolkata', holidays: [] },
  notAfter: at('23:59:59'),
};

it.each<[string, { sendAt: number; now: number; call?: Partial<Call> }, Dialling]>([
  ['is dialled at its instant', { sendAt: noon, now: noon }, { do: 'dial' }],
  ['waits for it', { sendAt: noon + 1, now: noon }, { do: 'wait', waitMs: 1 }],
  ['waits for a minute', { sendAt: noon + 60_000, now: noon }, { do: 'wait', waitMs: 60_000 }],
  ['is given back where that is longer', { sendAt: noon + 60_001, now: noon }, { do: 'give_back' }],
  ['is dialled as late as its pace allows', { sendAt: noon, now: noon + lateMs }, { do: 'dial' }],
  [
    'takes another instant later on',
    { sendAt: noon, now: noon + lateMs + 1 },
    { do: 'take_another_instant' },
  ],

  [
    'is dialled while ringing would end with its hours',
    { sendAt: lastInstant, now: lastInstant },
    { do: 'dial' },
  ],
  ['is given back where it would not', { sendAt: lastInstant, now: lastInstant + 1 }, { do: 'give_back' }],
  ['is given back before its hours', { sendAt: at('08:59:59'), now: at('08:59:59') }, { do: 'give_back' }],
  [
    'is dialled in an emergency at any hour',
    { sendAt: at('03:00:00'), now: at('03:00:00'), call: { purpose: 'emergency' } },
    { do: 'dial' },
  ],

  [
    'is dialled at the end of its time',
    { sendAt: noon, now: noon, call: { notAfter: noon } },
    { do: 'dial' },
  ],
  [
    'and a little later, as its instant was in time',
    { sendAt: noon, now: noon + lateMs, call: { notAfter: noon } },
    { do: 'dial' },
  ],
  [
    'is given back after that, however long it waited for an instant',
    { sendAt: noon + lateMs + 1, now: noon + lateMs + 1, call: { notAfter: noon } },
    { do: 'give_back' },
  ],
])('a claimed attempt %s', (_what, { sendAt, now, call: changes }, expected) => {
  expect(decideDialling({ ...call, ...changes }, { pace, sendAt, now })).toEqual(expected);
});
