import { formatDuration } from '../../lib/duration.ts';
import { isoInstant } from '../../lib/iso-instant.ts';
import type { Attempt, Call, CallPerson, CallResponse } from './call.ts';
import { isAnswered, isReached } from './decide-outcome.ts';
import type { Verdict } from './verdict.ts';

/** A call as other people's programs see it, in replies and in events alike: the shape of the contract. */
export interface CallView {
  id: string;
  direction: 'outgoing' | 'incoming';
  line: string | null;
  reference: string | null;
  campaign_id: string | null;
  list: string | null;
  to: string | null;
  from: string | null;
  language: string;
  flow: { id: string; version: number };
  status: string;
  outcome: string | null;
  reached: boolean;
  answered: boolean;
  human: boolean | null;
  heard_percent: number;
  responses: ResponseView[];
  score: { correct: number; answered: number; total: number } | null;
  resume_at: string | null;
  result: string | number | boolean | null;
  people: PersonView[];
  attempts: AttemptView[];
  blocked_by: string | null;
  problem: { code: string; detail: string } | null;
  next_attempt_at: string | null;
  created_at: string;
  ended_at: string | null;
  metadata: Record<string, string>;
}

export interface ResponseView {
  question: string;
  value: string;
  key: string | null;
  given_on: 'request' | 'call';
  attempt: number | null;
  at: string;
  correct: boolean | null;
  person: string | null;
  /** With the answer to a `consent` step that was given on the phone: in which words it was asked. */
  consent?: { flow: { id: string; version: number }; language: string };
}

/** One of the people on a shared phone. */
export interface PersonView {
  id: string;
  responses: ResponseView[];
  resume_at: string | null;
  score: { correct: number; answered: number; total: number } | null;
  completed: boolean;
}

export interface AttemptView {
  id: string;
  number: number;
  trunk: string;
  caller_id: string | null;
  started_at: string;
  ringing_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  recording: RecordingView | null;
  verdict: VerdictView | null;
}

export interface RecordingView {
  duration: string;
  /** Where its sound is to be had. */
  path: string;
}

export interface VerdictView {
  reason: string;
  fault: string;
  retryable: boolean;
  sip_code: number | null;
  q850_cause: number | null;
}

/** @param number the clear number for those who may see it; left out, the masked one is shown */
export function viewCall(call: Call, number: string = call.toMasked): CallView {
  const { state, progress, direction } = call;
  const shown = number === '' ? null : number;
  const ended = state.status === 'ended' ? state : null;
  const waiting = state.status === 'queued' || state.status === 'waiting_retry' ? state : null;
  return {
    id: call.id,
    direction,
    line: call.line,
    reference: call.reference,
    campaign_id: call.campaignId,
    list: call.list,
    to: direction === 'outgoing' ? shown : null,
    from: direction === 'incoming' ? shown : null,
    language: call.language,
    flow: { id: call.flow.id, version: call.flow.version },
    status: state.status,
    outcome: ended?.outcome ?? null,
    reached: ended !== null && isReached(ended.outcome, call.attempts),
    answered: isAnswered(call.attempts),
    human: humanOf(call),
    heard_percent: progress?.heardPercent ?? 0,
    responses: call.responses.map(viewResponse),
    score: progress?.score ?? null,
    resume_at: ended?.outcome === 'completed' ? null : (progress?.resumeAt ?? null),
    result: progress?.result ?? null,
    people: call.people.map((person) => viewPerson(call, person)),
    attempts: call.attempts.map((attempt) => viewAttempt(attempt, call.id)),
    blocked_by: ended?.blockedBy ?? null,
    problem: ended?.problem ?? null,
    next_attempt_at: waiting ? isoInstant(waiting.nextAttemptAt) : null,
    created_at: isoInstant(call.createdAt),
    ended_at: ended ? isoInstant(ended.endedAt) : null,
    metadata: { ...call.metadata },
  };
}

/** A person's proof is for good; else the last attempt that was answered tells, as far as it can. */
function humanOf({ progress, attempts }: Call): boolean | null {
  if (progress?.human === true) return true;
  const answered = attempts.findLast((attempt) => attempt.answeredAt !== null);
  return answered?.ended?.verdict.reason === 'machine' ? false : null;
}

export function viewResponse(response: CallResponse): ResponseView {
  return {
    question: response.question,
    value: response.value,
    key: response.key,
    given_on: response.givenOn,
    attempt: response.attempt,
    at: isoInstant(response.at),
    correct: response.correct,
    person: response.person,
    ...(response.consent ? { consent: response.consent } : {}),
  };
}

function viewPerson(call: Call, { id }: CallPerson): PersonView {
  const progress = call.progress?.people?.find((person) => person.id === id);
  return {
    id,
    responses: call.responses.filter((response) => response.person === id).map(viewResponse),
    resume_at: progress?.resumeAt ?? null,
    score: progress?.score ?? null,
    completed: progress?.completed ?? false,
  };
}

export function viewAttempt(attempt: Attempt, callId: string): AttemptView {
  return {
    id: attempt.id,
    number: attempt.number,
    trunk: attempt.trunk,
    caller_id: attempt.callerId,
    started_at: isoInstant(attempt.startedAt),
    ringing_at: isoInstantOrNull(attempt.ringingAt),
    answered_at: isoInstantOrNull(attempt.answeredAt),
    ended_at: isoInstantOrNull(attempt.ended?.at ?? null),
    recording: attempt.recording && {
      duration: formatDuration(attempt.recording.durationMs),
      path: `/v1/calls/${callId}/attempts/${attempt.number}/recording`,
    },
    verdict: attempt.ended ? viewVerdict(attempt.ended.verdict) : null,
  };
}

function viewVerdict(verdict: Verdict): VerdictView {
  return {
    reason: verdict.reason,
    fault: verdict.fault,
    retryable: verdict.retryable,
    sip_code: verdict.sipCode,
    q850_cause: verdict.q850Cause,
  };
}

function isoInstantOrNull(instant: number | null): string | null {
  return instant === null ? null : isoInstant(instant);
}
