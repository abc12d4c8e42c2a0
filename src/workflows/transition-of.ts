import { renderCallEvent } from '../domain/calls/call-event-body.ts';
import type { StoredEvent, TimelineEntry } from '../domain/calls/call-event.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import { optInOfCall } from '../domain/lines/call-opt-in.ts';
import type { Move } from '../domain/calls/call-moves.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Transition } from '../db/ledger.ts';

type Moved = Extract<Move, { result: 'moved' }>;

/**
 * What a move commits: the call with its next revision, an event for each fact, numbered within the call, and the same facts as lines
 * of the timeline, after the lines that led to them.
 */
export function transitionOf(ids: IdSource, moved: Moved, at: number): Transition {
  const before = moved.call;
  const events: StoredEvent[] = moved.facts.map((fact, index) =>
    renderCallEvent(before, fact, { id: ids.newId('evt'), sequence: before.sequence + index + 1, at }),
  );
  const call: Call = { ...before, sequence: before.sequence + events.length, revision: before.revision + 1 };
  const optOut = moved.facts.find((fact) => fact.type === 'opt_out.recorded');
  return {
    from: { revision: before.revision },
    call,
    events,
    timeline: inOrder([...moved.timeline, ...moved.facts.map((fact) => timelineEntryOf(call, fact, at))]),
    optOut: optOut?.scope ?? null,
    optIns: moved.facts.flatMap((fact, index) => {
      const event = events[index];
      return fact.type === 'opt_in.recorded' && event ? [optInOfCall(call, fact, event.id)] : [];
    }),
    voiceMessages: moved.facts.flatMap((fact) =>
      fact.type === 'voice_message.recorded' ? [fact.message] : [],
    ),
  };
}

/** By time; of one instant first the key, then what is reported of it, then what is said about it. */
function inOrder(entries: TimelineEntry[]): TimelineEntry[] {
  const rank = ({ type }: TimelineEntry): number => (type === 'key' ? 0 : type.includes('.') ? 1 : 2);
  return entries.toSorted((one, other) => one.at - other.at || rank(one) - rank(other));
}

function timelineEntryOf(call: Call, fact: Moved['facts'][number], at: number): TimelineEntry {
  const attemptOf = (number: number): Attempt | undefined => call.attempts[number - 1];
  const entry: TimelineEntry = { at, type: fact.type, attempt: null, step: null, key: null, detail: {} };
  switch (fact.type) {
    case 'call.response_recorded': {
      const { question, value, key, attempt, correct } = fact.response;
      return { ...entry, at: fact.response.at, attempt, step: question, key, detail: { value, correct } };
    }
    case 'call.attempt_ended': {
      const verdict = call.attempts[fact.attempt - 1]?.ended?.verdict;
      return { ...entry, attempt: fact.attempt, detail: { reason: verdict?.reason ?? null } };
    }
    case 'call.attempt_started':
      return { ...entry, attempt: fact.attempt };
    case 'call.ringing':
      return { ...entry, at: attemptOf(fact.attempt)?.ringingAt ?? at, attempt: fact.attempt };
    case 'call.answered':
      return { ...entry, at: attemptOf(fact.attempt)?.answeredAt ?? at, attempt: fact.attempt };
    case 'call.ended':
      return { ...entry, detail: { outcome: call.state.status === 'ended' ? call.state.outcome : null } };
    case 'opt_in.recorded':
      return { ...entry, step: fact.response.question, detail: { list: fact.list } };
    case 'opt_out.recorded':
      return { ...entry, detail: { scope: fact.scope } };
    case 'voice_message.recorded': {
      const { id, question, attempt, recordedAt, durationMs } = fact.message;
      const detail = { voice_message: id, duration_ms: durationMs };
      return { ...entry, at: recordedAt, attempt, step: question, detail };
    }
    case 'transfer.ended': {
      const { step, attempt, result, reason, waitedMs, talkedMs } = fact.transfer;
      const detail = { result, reason, waited_ms: waitedMs, talked_ms: talkedMs };
      return { ...entry, at: fact.transfer.at, attempt, step, detail };
    }
    case 'call_back.requested':
      return { ...entry, step: fact.response.question, detail: { value: fact.response.value } };
    case 'call.queued':
      return entry;
  }
}
