import { maskNumber } from '../phone-numbers/phone-number.ts';
import type { StoredEvent } from '../calls/call-event.ts';
import type { PersonHash } from '../calls/call.ts';
import type { IdSource } from '../ids.ts';
import { decideMissedCall, type LineCaller } from './decide-missed-call.ts';
import type { LineNumber } from './line.ts';
import type { MissedCall, ReceivedMissedCall } from './missed-call.ts';
import type { OptIn } from './opt-in.ts';
import type { OptOut } from './opt-out.ts';
import { renderMissedCall, renderOptIn, renderOptOut } from './subscription-event.ts';

/** What is on record that bears on a batch of missed calls. Whoever reads it keeps it from changing until the batch is written. */
export interface MissedCallFacts {
  /** Legs that are on record already: as missed calls, or as calls that were answered. */
  knownLegs: ReadonlySet<string>;
  lineCallers: ReadonlyMap<string, LineCaller>;
  optOuts: ReadonlyMap<PersonHash, readonly string[]>;
}

/** What is to be written, all together. */
export interface MissedCallRecords {
  missedCalls: MissedCall[];
  lineCallers: Map<string, LineCaller & { line: LineNumber; person: PersonHash }>;
  optIns: OptIn[];
  optOuts: OptOut[];
  /** Numbers for the vault, by person. */
  numbers: Map<PersonHash, string>;
  events: StoredEvent[];
}

export function lineCallerKey(line: LineNumber, person: PersonHash): string {
  return `${line} ${person}`;
}

/** A batch of missed calls, one after the other, each once: what is to be kept and reported of them. Pure but for the ids. */
export function recordMissedCalls(
  received: readonly ReceivedMissedCall[],
  { facts, ids, now }: { facts: MissedCallFacts; ids: IdSource; now: number },
): MissedCallRecords {
  const records: MissedCallRecords = {
    missedCalls: [],
    lineCallers: new Map(),
    optIns: [],
    optOuts: [],
    numbers: new Map(),
    events: [],
  };
  const legs = new Set(facts.knownLegs);
  const optOuts = new Map(facts.optOuts);
  for (const call of received) {
    if (legs.has(call.leg)) continue;
    legs.add(call.leg);
    const optOut = recordOne(call, { facts: { ...facts, optOuts }, ids, now, records });
    if (optOut !== null) optOuts.set(optOut.person, [...(optOuts.get(optOut.person) ?? []), optOut.scope]);
  }
  return records;
}

/** The opt-out that it was, if it was one. */
function recordOne(
  call: ReceivedMissedCall,
  to: { facts: MissedCallFacts; ids: IdSource; now: number; records: MissedCallRecords },
): OptOut | null {
  const { facts, ids, now, records } = to;
  const { line, caller, person } = call;
  const key = person === null ? null : lineCallerKey(line.number, person);
  const lineCaller = (key === null
    ? undefined
    : (records.lineCallers.get(key) ?? facts.lineCallers.get(key))) ?? {
    original: null,
    repeats: 0,
  };
  const decided = decideMissedCall(call, {
    lineCaller,
    optOuts: (person && facts.optOuts.get(person)) ?? [],
  });
  const missedCall: MissedCall = {
    ...{ id: ids.newId('mc'), leg: call.leg, line: line.number, caller: caller.kind, person },
    ...{ trunk: call.trunk, receivedAt: call.receivedAt, duplicateOf: decided.duplicateOf },
    ...{ blockedBy: decided.blockedBy, callBack: decided.callBack },
  };
  records.missedCalls.push(missedCall);
  const from = caller.kind === 'person' ? maskNumber(caller.number) : null;
  const as = () => ({ id: ids.newId('evt'), at: now });
  if (decided.reported) records.events.push(renderMissedCall(missedCall, from, as()));
  if (person === null || key === null || caller.kind !== 'person') return null;
  records.numbers.set(person, caller.number);
  records.lineCallers.set(key, { ...afterwards(missedCall, lineCaller), line: line.number, person });
  if (decided.optInList !== null) {
    const proof = { source: 'missed_call', missedCall: missedCall.id, line: line.number } as const;
    const optIn = {
      id: ids.newId('opi'),
      person,
      member: null,
      list: decided.optInList,
      at: call.receivedAt,
      proof,
    };
    records.optIns.push(optIn);
    records.events.push(renderOptIn(optIn, from, as()));
  }
  if (decided.optOutScope === null) return null;
  const optOut: OptOut = {
    ...{
      id: ids.newId('opo'),
      person,
      scope: decided.optOutScope,
      source: 'missed_call',
      at: call.receivedAt,
    },
    ...{ callId: null, missedCallId: missedCall.id, line: line.number },
  };
  records.optOuts.push(optOut);
  records.events.push(renderOptOut(optOut, from, as()));
  return optOut;
}

/** An original that was recorded late does not hide a later one. */
function afterwards(call: MissedCall, before: LineCaller): LineCaller {
  if (call.duplicateOf !== null) return { ...before, repeats: before.repeats + 1 };
  if (before.original !== null && before.original.at > call.receivedAt) return before;
  return { original: { id: call.id, at: call.receivedAt }, repeats: 0 };
}
