import type { StoredEvent } from '../calls/call-event.ts';
import type { Call, CallResponse, PersonHash } from '../calls/call.ts';
import type { CallBackRequestId, CallId, EventId } from '../ids.ts';

/**
 * Somebody asked in a call to be called by a person, and what the call centre does about it.
 *
 *     open ──claim──► claimed ──done──► done
 *       ▲               │
 *       └── release, or the claim runs out
 *
 * A claim is one agent's alone, by compare-and-set; only they write notes, release it or say that it is done.
 */
export interface CallBackRequest {
  readonly id: CallBackRequestId;
  readonly callId: CallId;
  readonly person: PersonHash;
  readonly campaignId: string | null;
  readonly reference: string | null;
  /** Who of a shared phone; null where that is not known. */
  readonly member: string | null;
  /** The question whose answer it was, and that answer. */
  readonly question: string;
  readonly value: string;
  /** In which they were spoken to. */
  readonly language: string;
  readonly requestedAt: number;
  readonly state: CallBackRequestState;
  readonly history: readonly CallBackRequestEntry[];
}

export type CallBackRequestState =
  | { readonly state: 'open' }
  | { readonly state: 'claimed'; readonly agent: string; readonly until: number }
  | { readonly state: 'done'; readonly agent: string; readonly at: number; readonly result: string | null };

export const callBackRequestStates = ['open', 'claimed', 'done'] as const;

/** One thing that was done with it; `by` is the owner of the API key, `agent` whom they named. */
export interface CallBackRequestEntry {
  readonly at: number;
  readonly what: 'claimed' | 'noted' | 'released' | 'done';
  readonly agent: string;
  readonly by: string;
  readonly text: string | null;
}

/** The `data` of `call_back.requested`, beside the call; the request has its id from the event that reports it. */
export function viewAskedCallBack(
  call: Pick<Call, 'language'>,
  { question, value, person }: CallResponse,
  event: EventId,
): Record<string, unknown> {
  const id = event.replace(/^evt/, 'cbr');
  return { call_back_request: { id, question, value, language: call.language, person } };
}

/** The call centre is done with it. Its call ended before, and nothing comes after `call.ended`: so this event belongs to no call. */
export function renderCallBackDone(
  {
    request,
    agent,
    result,
    from,
  }: { request: CallBackRequest; agent: string; result: string | null; from: string | null },
  as: { id: EventId; at: number },
): StoredEvent {
  const type = 'call_back.done';
  const { id, callId, reference } = request;
  const data = { call_back_request: { id, call: callId, reference, agent, result }, from };
  const timestamp = new Date(as.at).toISOString();
  return {
    id: as.id,
    type,
    callId: null,
    sequence: null,
    at: as.at,
    body: JSON.stringify({ type, timestamp, id: as.id, sequence: null, data }),
  };
}
