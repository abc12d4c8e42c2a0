import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { FlowFact } from '../domain/flows/flow-session.ts';
import { unreachable } from '../lib/assert.ts';

export type TimelineLine = Pick<TimelineEntry, 'type' | 'step' | 'detail'> & { key?: string };

/** How the timeline tells of something that a flow reports; null for what is an event of its own. */
export function timelineLineOf(fact: FlowFact): TimelineLine | null {
  switch (fact.type) {
    case 'key_pressed':
      return { type: 'key', step: fact.step, key: fact.key, detail: { use: fact.use } };
    case 'no_input':
      return { type: 'no_key', step: fact.step, detail: { attempt: fact.attempt } };
    case 'invalid_input':
      return { type: 'wrong_key', step: fact.step, detail: { attempt: fact.attempt } };
    case 'given_up':
      return { type: 'given_up', step: fact.question, detail: {} };
    case 'flow_ended':
      return { type: 'flow_ended', step: null, detail: { ending: fact.ending } };
    case 'recording_started':
      return { type: 'recording_started', step: fact.step, detail: {} };
    case 'voice_message_discarded':
      return { type: 'recording_discarded', step: fact.question, detail: {} };
    case 'looked_up':
      return { type: 'looked_up', step: fact.step, detail: { problem: fact.problem } };
    case 'transfer_begun':
    case 'transfer_joined':
      return { type: fact.type, step: fact.step, detail: {} };
    case 'step_entered':
      return { type: 'step', step: fact.step, detail: {} };
    case 'response_recorded':
    case 'voice_message_recorded':
    case 'transfer_ended':
    case 'opted_out':
      return null; // an event of its own, which the timeline has as well
    default:
      return unreachable(fact);
  }
}
