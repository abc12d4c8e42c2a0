import type { MissedCallId } from '../ids.ts';
import { callBackOf, debounceOf, type CallBackState, type ReceivedMissedCall } from './missed-call.ts';
import { scopeOfLine } from './opt-out.ts';

/** What is known of one caller at one line when another missed call of theirs comes. */
export interface LineCaller {
  /** The last one that was no repeat. */
  readonly original: { readonly id: MissedCallId; readonly at: number } | null;
  /** How often it was repeated. */
  readonly repeats: number;
}

export interface MissedCallDecision {
  duplicateOf: MissedCallId | null;
  blockedBy: string | null;
  /** Whether anybody is told: a flood of repeats is kept, and not reported each. */
  reported: boolean;
  optInList: string | null;
  optOutScope: string | null;
  callBack: CallBackState;
}

/** Of one original, so many repeats are reported. */
const mostRepeatsReported = 3;

const nothing = {
  duplicateOf: null,
  blockedBy: null,
  reported: true,
  optInList: null,
  optOutScope: null,
  callBack: { state: 'none' },
} as const satisfies MissedCallDecision;

/**
 * What follows from a missed call. Nothing follows from a repeat, from somebody whose number is not known or not to be called, and
 * from whoever opted out of it.
 *
 * @param optOuts scopes on record for the person
 */
export function decideMissedCall(
  { line, caller, receivedAt }: ReceivedMissedCall,
  known: { lineCaller: LineCaller; optOuts: readonly string[] },
): MissedCallDecision {
  if (caller.kind !== 'person') return nothing;
  const { original, repeats } = known.lineCaller;
  // in either direction: what was written down while the gateway was away may be recorded after a later one
  if (original !== null && Math.abs(receivedAt - original.at) < debounceOf(line))
    return { ...nothing, duplicateOf: original.id, reported: repeats < mostRepeatsReported };
  if (line.mode === 'missed_call' && line.optOut) return { ...nothing, optOutScope: scopeOfLine(line) };
  const binding = line.list === null ? ['all'] : ['all', `list:${line.list}`];
  const blockedBy = known.optOuts.find((scope) => binding.includes(scope)) ?? null;
  if (blockedBy !== null) return { ...nothing, blockedBy };
  const callBack = callBackOf(line, receivedAt);
  return {
    ...nothing,
    optInList: line.mode === 'missed_call' && !line.confirm ? line.list : null,
    callBack: callBack === null ? { state: 'none' } : { state: 'due', at: receivedAt + callBack.delayMs },
  };
}
