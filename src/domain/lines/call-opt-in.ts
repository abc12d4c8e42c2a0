import { assert } from '../../lib/assert.ts';
import type { Call, CallResponse } from '../calls/call.ts';
import type { EventId, OptInId } from '../ids.ts';
import type { OptIn } from './opt-in.ts';

/** Only the key for yes, pressed in a step `consent`, opts anybody in. */
export function isConsent(response: CallResponse): boolean {
  return response.consent !== undefined && response.value === 'yes' && response.key !== null;
}

/**
 * The opt-in that a consent in a call is: of the person whose phone it is, or of whom of its people said who they are.
 *
 * @param event by which it is reported; it has its id from that
 */
export function optInOfCall(
  call: Call,
  consent: { list: string; response: CallResponse },
  event: EventId,
): OptIn {
  const { list, response } = consent;
  assert(response.consent && response.key !== null, 'an opt-in in a call is a consent by a key');
  const { flow, language } = response.consent;
  return {
    id: event.replace(/^evt/, 'opi') as OptInId,
    person: call.person,
    member: response.person,
    list,
    at: response.at,
    proof: { source: 'call', call: call.id, step: response.question, key: response.key, flow, language },
  };
}
