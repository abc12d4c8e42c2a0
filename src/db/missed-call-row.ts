import type { PersonHash } from '../domain/calls/call.ts';
import type { CallId, MissedCallId } from '../domain/ids.ts';
import type { LineNumber } from '../domain/lines/line.ts';
import type { CallBackState, MissedCall } from '../domain/lines/missed-call.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';

/** A missed call as its row is read. */
export interface MissedCallRow {
  id: string;
  leg: string;
  line: string;
  caller: MissedCall['caller'];
  person: string | null;
  trunk: string;
  received_at: number;
  duplicate_of: string | null;
  blocked_by: string | null;
  call_back: CallBackState['state'];
  call_back_at: number | null;
  call_back_problem: string | null;
  call_id: string | null;
}

/** As it travels to the database, as JSON. */
export function missedCallRowOf(call: MissedCall) {
  const { callBack } = call;
  return {
    id: call.id,
    leg: call.leg,
    line: call.line,
    caller: call.caller,
    person: call.person,
    trunk: call.trunk,
    received_at: isoInstant(call.receivedAt),
    duplicate_of: call.duplicateOf,
    blocked_by: call.blockedBy,
    call_back: callBack.state,
    call_back_at: callBack.state === 'due' ? isoInstant(callBack.at) : null,
    call_back_problem: null,
    call_id: null,
  };
}

export function missedCallOf(row: MissedCallRow): MissedCall {
  return {
    id: row.id as MissedCallId,
    leg: row.leg,
    line: row.line as LineNumber,
    caller: row.caller,
    person: row.person as PersonHash | null,
    trunk: row.trunk,
    receivedAt: row.received_at,
    duplicateOf: row.duplicate_of as MissedCallId | null,
    blockedBy: row.blocked_by,
    callBack: callBackStateOf(row),
  };
}

function callBackStateOf(row: MissedCallRow): CallBackState {
  switch (row.call_back) {
    case 'none':
      return { state: 'none' };
    case 'due':
      return { state: 'due', at: row.call_back_at ?? row.received_at };
    case 'placed':
    case 'joined':
      assert(row.call_id !== null, 'a call-back that was placed has its call');
      return { state: row.call_back, callId: row.call_id as CallId };
    case 'dropped':
      return { state: 'dropped', problem: row.call_back_problem ?? '' };
  }
}
