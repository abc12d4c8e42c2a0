import type { Attempt, Call, CallResponse, CallState } from '../domain/calls/call.ts';
import { unreachable } from '../lib/assert.ts';
import { isoInstant } from '../lib/iso-instant.ts';

/**
 * Calls, attempts and responses as rows. Rows travel to the database as JSON, whole batches in one parameter, and come back with
 * `load-call.ts`; instants are ISO strings on the way there.
 */
export interface CallRow {
  id: string;
  direction: Call['direction'];
  line: string | null;
  person: string;
  to_masked: string;
  reference: string | null;
  campaign_id: string | null;
  list: string | null;
  flow_id: string;
  flow_version: number;
  priority: string;
  purpose: string;
  trunk: string | null;
  caller_id: string | null;
  not_before: string | null;
  not_after: string;
  max_duration_ms: number;
  created_at: string;
  request: StoredRequest;
}

/** What the request asked for and nobody searches by. */
export type StoredRequest = Pick<
  Call,
  | 'variables'
  | 'people'
  | 'startAt'
  | 'callingHours'
  | 'retry'
  | 'metadata'
  | 'record'
  | 'machineDetection'
  | 'optInList'
>;

/** What a move may change of a call. The rest is written once, when the call is accepted. */
export interface MovableColumns {
  revision: number;
  sequence: number;
  language: string;
  progress: Call['progress'];
  status: string;
  next_attempt_at: string | null;
  ended_at: string | null;
  outcome: string | null;
  blocked_by: string | null;
  problem: unknown;
  session: unknown;
}

export function callRowOf(call: Call): CallRow {
  const { variables, people, startAt, callingHours, retry, metadata, record, machineDetection, optInList } =
    call;
  return {
    id: call.id,
    direction: call.direction,
    line: call.line,
    person: call.person,
    to_masked: call.toMasked,
    reference: call.reference,
    campaign_id: call.campaignId,
    list: call.list,
    flow_id: call.flow.id,
    flow_version: call.flow.version,
    priority: call.priority,
    purpose: call.purpose,
    trunk: call.trunk,
    caller_id: call.callerId,
    not_before: instantOrNull(call.notBefore),
    not_after: isoInstant(call.notAfter),
    max_duration_ms: call.maxDurationMs,
    created_at: isoInstant(call.createdAt),
    request: {
      ...{ variables, people, startAt, callingHours, retry, metadata, record, machineDetection },
      ...(optInList === undefined ? {} : { optInList }),
    },
  };
}

export function movableColumnsOf(call: Call): MovableColumns {
  const { revision, sequence, language, progress } = call;
  return { revision, sequence, language, progress, ...stateColumnsOf(call.state) };
}

const noState = {
  next_attempt_at: null,
  ended_at: null,
  outcome: null,
  blocked_by: null,
  problem: null,
  session: null,
};

function stateColumnsOf(
  state: CallState,
): Omit<MovableColumns, 'revision' | 'sequence' | 'language' | 'progress'> {
  switch (state.status) {
    case 'queued':
    case 'waiting_retry':
      return { ...noState, status: state.status, next_attempt_at: isoInstant(state.nextAttemptAt) };
    case 'dialing':
      return { ...noState, status: state.status };
    case 'in_progress':
      return { ...noState, status: state.status, session: state.session };
    case 'ended': {
      const { status, outcome, blockedBy, problem } = state;
      return {
        ...noState,
        status,
        outcome,
        ended_at: isoInstant(state.endedAt),
        blocked_by: blockedBy,
        problem,
      };
    }
    default:
      return unreachable(state);
  }
}

export function attemptRowOf(call: Call, attempt: Attempt) {
  return {
    id: attempt.id,
    call_id: call.id,
    number: attempt.number,
    person: call.person,
    trunk: attempt.trunk,
    asterisk: attempt.asterisk,
    lease_epoch: attempt.epoch,
    caller_id: attempt.callerId,
    send_at: isoInstant(attempt.sendAt),
    started_at: isoInstant(attempt.startedAt),
    gone_by: isoInstant(attempt.goneBy),
    ringing_at: instantOrNull(attempt.ringingAt),
    answered_at: instantOrNull(attempt.answeredAt),
    recording_ms: attempt.recording?.durationMs ?? null,
    end_requested: attempt.endRequested,
    ended_at: instantOrNull(attempt.ended?.at ?? null),
    reason: attempt.ended?.verdict.reason ?? null,
    fault: attempt.ended?.verdict.fault ?? null,
    retryable: attempt.ended?.verdict.retryable ?? null,
    sip_code: attempt.ended?.verdict.sipCode ?? null,
    q850_cause: attempt.ended?.verdict.q850Cause ?? null,
    incoming: call.direction === 'incoming',
  };
}
export type AttemptRow = ReturnType<typeof attemptRowOf>;

export function responseRowOf(call: Call, response: CallResponse, position: number) {
  return {
    call_id: call.id,
    question: response.question,
    person: response.person ?? '',
    position,
    value: response.value,
    key: response.key,
    given_on: response.givenOn,
    attempt: response.attempt,
    at: isoInstant(response.at),
    correct: response.correct,
    consent: response.consent ?? null,
  };
}
export type ResponseRow = ReturnType<typeof responseRowOf>;

function instantOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoInstant(atMs);
}
