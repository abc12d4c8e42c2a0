import { unreachable } from '../../lib/assert.ts';
import { isoInstant } from '../../lib/iso-instant.ts';
import { viewAskedCallBack } from '../call-centre/call-back-request.ts';
import type { EventId } from '../ids.ts';
import { forgetInEvent } from '../privacy/forget-in-event.ts';
import { isBeingErased } from '../privacy/forget-person.ts';
import { optInOfCall } from '../lines/call-opt-in.ts';
import { viewOptInEvent } from '../lines/subscription-event.ts';
import { viewVoiceMessage } from '../voice-messages/voice-message-view.ts';
import type { Call } from './call.ts';
import type { CallFact, StoredEvent } from './call-event.ts';
import { viewTransfer } from './ended-transfer.ts';
import { viewAttempt, viewCall, viewResponse } from './call-view.ts';

/**
 * The event as it will be sent, byte for byte: rendered once, when it is committed. Numbers in it are masked; who may have them
 * in clear gets them filled in when it is sent. Of a call that ends since its person is to be forgotten, nothing tells of them.
 */
export function renderCallEvent(
  call: Call,
  fact: CallFact,
  as: { id: EventId; sequence: number; at: number },
): StoredEvent {
  const body = JSON.stringify({
    type: fact.type,
    timestamp: isoInstant(as.at),
    id: as.id,
    sequence: as.sequence,
    data: { call: viewCall(call), ...dataBeside(call, fact, as.id) },
  });
  const shown = isBeingErased(call) ? forgetInEvent(body) : body;
  return { id: as.id, type: fact.type, callId: call.id, sequence: as.sequence, at: as.at, body: shown };
}

function dataBeside(call: Call, fact: CallFact, event: EventId): Record<string, unknown> {
  switch (fact.type) {
    case 'call.queued':
    case 'call.ended':
      return {};
    case 'call.answered':
      if (call.direction === 'incoming') return {};
      return { attempt: attemptView(call, fact.attempt) };
    case 'call.attempt_started':
    case 'call.ringing':
      return { attempt: attemptView(call, fact.attempt) };
    case 'call.attempt_ended':
      return {
        attempt: attemptView(call, fact.attempt),
        next_attempt_at: fact.nextAttemptAt === null ? null : isoInstant(fact.nextAttemptAt),
      };
    case 'call.response_recorded':
      return { response: viewResponse(fact.response) };
    case 'opt_in.recorded':
      return viewOptInEvent(optInOfCall(call, fact, event), call.toMasked);
    case 'opt_out.recorded':
      return {
        scope: fact.scope,
        from: call.toMasked === '' ? null : call.toMasked,
        confirmed_by: fact.confirmedBy,
      };
    case 'voice_message.recorded':
      return {
        voice_message: viewVoiceMessage(fact.message),
        reference_number: fact.message.referenceNumber,
      };
    case 'transfer.ended':
      return { transfer: viewTransfer(fact.transfer) };
    case 'call_back.requested':
      return viewAskedCallBack(call, fact.response, event);
    default:
      return unreachable(fact);
  }
}

function attemptView(call: Call, number: number): unknown {
  const attempt = call.attempts[number - 1];
  return attempt ? viewAttempt(attempt, call.id) : null;
}
