import type { Call } from '../domain/calls/call.ts';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import type { VoiceMessage } from '../domain/voice-messages/voice-message.ts';
import { assert } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { attemptRowOf, callRowOf, movableColumnsOf, responseRowOf } from './call-row.ts';
import { dayOfEvent, type Day } from './event-day.ts';
import type { Transition } from './ledger.ts';
import { optInRowOf } from './subscription-rows.ts';

/**
 * Parts of calls that are known to be on record exactly as they are, by identity: calls are immutable values, and a move carries
 * along what it does not change. What is here need not be written again. A part is added when it was committed; a caller that put
 * an older part back into a newer call would not see it stored, and no move does that.
 */
export class StoredParts {
  readonly #parts = new WeakSet();

  has(part: object): boolean {
    return this.#parts.has(part);
  }

  add(call: Call): void {
    this.#parts.add(call.responses);
    const last = call.attempts.at(-1);
    if (last) this.#parts.add(last);
  }
}

/** The parameters of a statement that moves calls, after the first one: attempts, responses and events, each a JSON array. */
export function partsOf(transitions: readonly Transition[], stored: StoredParts): [string, string, string] {
  const attempts = transitions.flatMap(({ call }) => {
    // Only the last attempt of a call is ever changed.
    const last = call.attempts.at(-1);
    return last && !stored.has(last) ? [attemptRowOf(call, last)] : [];
  });
  // Two claims that want the same two people wait for each other in one order, not in a circle.
  attempts.sort((a, b) => (a.person < b.person ? -1 : 1));
  const events = transitions.flatMap((transition) => transition.events.map(eventRowOf));
  return [JSON.stringify(attempts), responsesOf(transitions, stored), JSON.stringify(events)];
}

/** The parameter of responses alone. */
export function responsesOf(transitions: readonly Transition[], stored: StoredParts): string {
  const responses = transitions.flatMap(({ call }) =>
    stored.has(call.responses)
      ? []
      : call.responses.map((response, index) => responseRowOf(call, response, index)),
  );
  return JSON.stringify(responses);
}

export function moveRowOf(transition: Transition) {
  const { call } = transition;
  assert(call.revision === transition.from.revision + 1, 'a move makes the next revision');
  return {
    id: call.id,
    from_revision: transition.from.revision,
    ...movableColumnsOf(call),
    ...besideOf(transition),
  };
}

export function newCallRowOf(transition: Transition) {
  const { call } = transition;
  assert(
    call.attempts.length === 0 || call.direction === 'incoming',
    'nobody was called before the call was accepted',
  );
  return { ...callRowOf(call), ...movableColumnsOf(call), ...besideOf(transition) };
}

export function daysOf(transitions: readonly Transition[]): Day[] {
  return transitions.flatMap((transition) => transition.events.map((event) => dayOfEvent(event.id)));
}

function besideOf(transition: Transition) {
  return {
    timeline: transition.timeline.length > 0 ? transition.timeline : null,
    opt_out: transition.optOut,
    opt_out_id: optOutIdOf(transition),
    opt_ins: transition.optIns.length > 0 ? transition.optIns.map(optInRowOf) : null,
    voice_messages:
      transition.voiceMessages.length > 0 ? transition.voiceMessages.map(voiceMessageRowOf) : null,
    moved_at: isoInstant(
      transition.timeline.at(-1)?.at ?? transition.events.at(-1)?.at ?? transition.call.createdAt,
    ),
  };
}

/** From the event that reports it. */
function optOutIdOf({ optOut, events }: Transition): string | null {
  if (optOut === null) return null;
  const event = events.find(({ type }) => type === 'opt_out.recorded');
  assert(event, 'an opt-out is reported');
  return event.id.replace(/^evt/, 'opo');
}

function voiceMessageRowOf(message: VoiceMessage) {
  return {
    id: message.id,
    question: message.question,
    attempt: message.attempt,
    reference_number: message.referenceNumber,
    duration_ms: message.durationMs,
    recorded_at: isoInstant(message.recordedAt),
    prompt_id: message.prompt?.id ?? null,
    prompt_language: message.prompt?.language ?? null,
  };
}

export function eventRowOf(event: StoredEvent) {
  return {
    day: dayOfEvent(event.id),
    id: event.id,
    type: event.type,
    call_id: event.callId,
    sequence: event.sequence,
    at: isoInstant(event.at),
    body: event.body,
  };
}
