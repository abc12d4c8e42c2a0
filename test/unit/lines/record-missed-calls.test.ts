import { expect, it } from 'vitest';
import type { AttemptId } from '../../../src/domain/ids.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import type { ReceivedMissedCall } from '../../../src/domain/lines/missed-call.ts';
import { recordMissedCalls } from '../../../src/domain/lines/record-missed-calls.ts';
import type { PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';
import { sampleIds, sampleVault } from '../../support/sample-call.ts';

const now = Date.parse('2026-03-02T06:30:00Z');
const asha = '+919876543210' as PhoneNumber;
const nothingKnown = { knownLegs: new Set<string>(), lineCallers: new Map(), optOuts: new Map() };

function missed(leg: string, number: string, request: Partial<LineRequest>): ReceivedMissedCall {
  const line = { mode: 'missed_call', ...request } as LineRequest;
  return {
    leg: leg as AttemptId,
    line: lineOf(number as LineNumber, line, { createdAt: 0, changedAt: 0 }),
    caller: { kind: 'person', number: asha },
    person: sampleVault.personOf(asha),
    ...{ trunk: 'carrier-a', receivedAt: now },
  };
}

it('lets nothing follow for whoever said no a moment before, on another line and in the same batch', () => {
  const no = missed('att_1', '+911412345678', { opt_out: true });
  const call_back = { flow: 'welcome', delay: 'PT20S' };
  const back = missed('att_2', '+911412345679', { list: 'news', call_back });
  const recorded = (...batch: ReceivedMissedCall[]) =>
    recordMissedCalls(batch, { facts: nothingKnown, ids: sampleIds, now });
  expect(recorded(no, back).missedCalls[1]).toMatchObject({ blockedBy: 'all', callBack: { state: 'none' } });
  expect(recorded(no, back).optIns).toEqual([]);
  expect(recorded(back, no).missedCalls[0]).toMatchObject({ blockedBy: null, callBack: { state: 'due' } });
});
