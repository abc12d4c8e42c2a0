import { describe, expect, it } from 'vitest';
import type { AttemptView, CallView } from '../../../src/domain/calls/call-view.ts';
import { faultTable } from '../../faults/fault-table.ts';
import { tally, tallyOfLine, type CallerRecord, type CallRecord } from '../../faults/tally.ts';

const told = (type: string, sequence: number, response: string | null = null) => ({
  type,
  sequence,
  response,
});

const givenBack = { verdict: { fault: 'gateway' } } as unknown as AttemptView;
const dialled = { verdict: { fault: 'none' } } as unknown as AttemptView;
const whole = recordOf({});

describe('the tally of the fault suite', () => {
  it('finds nothing in a call that was resumed and reported', () => {
    expect(tally([{ ...whole, wasOnTheLine: true }], 2)).toEqual({
      calls: 1,
      kills: 2,
      missed: 0,
      resumed: 1,
      unknown: 0,
      lost: 0,
      dialledTwice: 0,
      responsesLost: 0,
      misreported: 0,
    });
  });

  it.each<[keyof ReturnType<typeof tally>, CallRecord]>([
    ['lost', recordOf({ status: 'in_progress' })],
    ['unknown', recordOf({ outcome: 'unknown' })],
    ['dialledTwice', { ...whole, invites: 2 }],
    ['dialledTwice', { ...recordOf({ attempts: [givenBack, dialled] }), invites: 2 }],
    ['responsesLost', recordOf({ responses: [] })],
    ['misreported', { ...whole, events: [...whole.events, told('call.ended', 4)] }],
    ['misreported', { ...whole, events: whole.events.slice(0, -1) }],
    ['misreported', { ...whole, events: whole.events.slice(1) }],
    ['misreported', { ...whole, events: [told('call.queued', 1), told('call.ended', 2)] }],
  ])('counts a call as %s', (column, record) => {
    expect(tally([whole, record], 1)[column]).toBe(1);
  });
});

describe('the tally of those who called a line', () => {
  const talked = { ...whole, events: [told('call.answered', 1), ...whole.events.slice(1)] };
  const answered: CallerRecord = { calls: [talked], missedCalls: [], invites: 0 };
  const missed: CallerRecord = { calls: [], missedCalls: [{ told: 1 }], invites: 0 };

  it('finds nothing in one who was answered, and one whose call was missed', () => {
    const resumed = { ...answered, calls: [{ ...talked, wasOnTheLine: true }] };
    expect(tallyOfLine([resumed, missed], 1)).toEqual({
      ...{ calls: 2, kills: 1, missed: 1, resumed: 1, unknown: 0 },
      ...{ lost: 0, dialledTwice: 0, responsesLost: 0, misreported: 0 },
    });
  });

  it.each<[keyof ReturnType<typeof tally>, CallerRecord]>([
    ['lost', { calls: [], missedCalls: [], invites: 0 }],
    ['lost', { ...answered, calls: [{ ...talked, call: recordOf({ status: 'in_progress' }).call }] }],
    ['dialledTwice', { ...missed, invites: 1 }],
    ['responsesLost', { ...answered, calls: [{ ...talked, call: recordOf({ responses: [] }).call }] }],
    ['misreported', { ...answered, missedCalls: [{ told: 1 }] }],
    ['misreported', { ...answered, calls: [talked, talked] }],
    ['misreported', { ...missed, missedCalls: [{ told: 1 }, { told: 1 }] }],
    ['misreported', { ...missed, missedCalls: [{ told: 2 }] }],
    ['misreported', { ...answered, calls: [whole] }],
  ])('counts a caller as %s', (column, caller) => {
    expect(tallyOfLine([answered, missed, caller], 1)[column]).toBe(1);
  });
});

it('the table has a line for each point, under its heads', () => {
  const lines = faultTable(new Map([['ringing', tally([whole], 1)]])).split('\n');
  expect(lines[0]).toMatch(
    /^killed +calls +kills +missed +resumed +unknown +lost +dialled twice +answers lost +misreported$/,
  );
  expect(lines[1]?.split(/ +/)).toEqual(['ringing', '1', '1', '0', '0', '0', '0', '0', '0', '0']);
});

function recordOf(changes: Partial<CallView> | { responses: [] }): CallRecord {
  const call = {
    status: 'ended',
    outcome: 'completed',
    responses: [{ question: 'q1', value: 'a' }],
    attempts: [{}],
    ...changes,
  } as unknown as CallView;
  return {
    call,
    events: [told('call.queued', 1), told('call.response_recorded', 2, 'q1=a'), told('call.ended', 3)],
    invites: 1,
    wasOnTheLine: false,
  };
}
