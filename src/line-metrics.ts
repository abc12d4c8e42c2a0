import { Counter, type Registry } from 'prom-client';
import type { MissedCall } from './domain/lines/missed-call.ts';

/** What operators watch of the lines that people call. */
export interface LineMetrics {
  /** A missed call is on record. */
  missedCall(call: MissedCall): void;
  /** Somebody called a number that is no line. */
  noLine(): void;
}

export function createLineMetrics(registry: Registry): LineMetrics {
  const registers = [registry];
  const missed = new Counter({
    name: 'ivrs_missed_calls_total',
    help: 'Missed calls on lines, by what the caller was and what followed.',
    labelNames: ['caller', 'followed'],
    registers,
  });
  const noLine = new Counter({
    name: 'ivrs_calls_to_no_line_total',
    help: 'Calls that came in to a number that is no line.',
    registers,
  });
  return {
    missedCall: (call) => missed.inc({ caller: call.caller, followed: followed(call) }),
    noLine: () => noLine.inc(),
  };
}

function followed({ duplicateOf, blockedBy, callBack }: MissedCall): string {
  if (duplicateOf !== null) return 'repeat';
  if (blockedBy !== null) return 'blocked';
  return callBack.state === 'due' ? 'call_back' : 'nothing';
}
