import type { MissedCalls } from '../../src/db/missed-calls.ts';
import { askThrough } from './ask-through.ts';
import type { ProcessGate } from './process-gate.ts';

/** Missed calls as one process reaches them. */
export function gatedMissedCalls(gate: ProcessGate, missedCalls: MissedCalls): MissedCalls {
  const ask = askThrough(gate);
  return {
    record: (received, now) => ask('record', () => missedCalls.record(received, now)),
    takeCallBacks: (request) => ask('takeCallBacks', () => missedCalls.takeCallBacks(request)),
    settleCallBack: (id, settled) => ask('settleCallBack', () => missedCalls.settleCallBack(id, settled)),
    list: (filter) => ask('list', () => missedCalls.list(filter)),
  };
}
