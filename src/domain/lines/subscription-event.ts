import type { StoredEvent } from '../calls/call-event.ts';
import type { EventId } from '../ids.ts';
import type { MissedCall } from './missed-call.ts';
import { confirmationOf, type OptIn } from './opt-in.ts';
import type { OptOut } from './opt-out.ts';

/** Reported of people who call, or who say yes or no outside a call of ours; such events belong to no call, so they have no sequence. */
type SubscriptionEventType =
  'missed_call.received' | 'opt_in.recorded' | 'opt_out.recorded' | 'opt_out.deleted';

interface As {
  id: EventId;
  at: number;
}

/** @param from the masked number; null where there is none */
export function renderMissedCall(call: MissedCall, from: string | null, as: As): StoredEvent {
  return render('missed_call.received', as, {
    missed_call: {
      id: call.id,
      line: call.line,
      from,
      caller: call.caller,
      received_at: new Date(call.receivedAt).toISOString(),
      duplicate_of: call.duplicateOf,
      blocked_by: call.blockedBy,
    },
  });
}

export function renderOptIn(optIn: OptIn, from: string | null, as: As): StoredEvent {
  return render('opt_in.recorded', as, viewOptInEvent(optIn, from));
}

/** The `data` of the event; in a call, beside the call. */
export function viewOptInEvent(optIn: OptIn, from: string | null): Record<string, unknown> {
  const { id, list, member, proof } = optIn;
  return {
    opt_in: id,
    list,
    from,
    person: member,
    confirmed_by: confirmationOf(proof),
    proof: viewProof(optIn),
  };
}

export function viewProof({ proof }: OptIn): Record<string, unknown> {
  switch (proof.source) {
    case 'missed_call':
      return { missed_call: proof.missedCall, line: proof.line };
    case 'call': {
      const { call, step, key, flow, language } = proof;
      return { call, step, key, flow, language };
    }
    case 'import':
      return {};
  }
}

export function renderOptOut(optOut: OptOut, from: string | null, as: As): StoredEvent {
  return render('opt_out.recorded', as, viewOptOutEvent(optOut, from));
}

/** Somebody may be called again: an opt-out was deleted. */
export function renderLifted(optOut: OptOut, from: string | null, as: As): StoredEvent {
  return render('opt_out.deleted', as, viewOptOutEvent(optOut, from));
}

function viewOptOutEvent({ id, scope, source }: OptOut, from: string | null): Record<string, unknown> {
  return { opt_out: id, scope, from, confirmed_by: source };
}

function render(type: SubscriptionEventType, as: As, data: Record<string, unknown>): StoredEvent {
  const body = JSON.stringify({
    type,
    timestamp: new Date(as.at).toISOString(),
    id: as.id,
    sequence: null,
    data,
  });
  return { id: as.id, type, callId: null, sequence: null, at: as.at, body };
}
