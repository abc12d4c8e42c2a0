import { assert } from '../../lib/assert.ts';
import type { AttemptId } from '../ids.ts';
import type { FlowSession } from '../flows/flow-session.ts';
import type { VoiceMessage } from '../voice-messages/voice-message.ts';
import type {
  Attempt,
  Call,
  CallProblem,
  CallProgress,
  CallRecording,
  CallResponse,
  CallState,
  EndRequest,
  Outcome,
} from './call.ts';
import type { CallFact, TimelineEntry } from './call-event.ts';
import { freshTransfers, lostTransfer, type EndedTransfer } from './ended-transfer.ts';
import { isConsent } from '../lines/call-opt-in.ts';
import type { Verdict } from './verdict.ts';

/**
 * Every move that a call can make, as pure functions: the call before and what happened in, the call after and what is to be
 * reported out. A move that does not apply to the state that the call is in is *ignored, with a reason*: telephony events come late
 * and twice, and somebody else may have moved the call first.
 */
export type Move = { result: 'moved'; call: Call; facts: CallFact[]; timeline: TimelineEntry[] } | Ignored;

export interface Ignored {
  result: 'ignored';
  reason: string;
}

/** The dialler took the call: its attempt is on record before the INVITE leaves. */
export function startAttempt(
  call: Call,
  dial: Pick<Attempt, 'id' | 'trunk' | 'asterisk' | 'epoch' | 'callerId' | 'sendAt' | 'goneBy'> & {
    at: number;
  },
): Move {
  if (call.state.status !== 'queued' && call.state.status !== 'waiting_retry')
    return ignored(call, 'startAttempt');
  const attempt: Attempt = {
    id: dial.id,
    number: call.attempts.length + 1,
    trunk: dial.trunk,
    asterisk: dial.asterisk,
    epoch: dial.epoch,
    callerId: dial.callerId,
    sendAt: dial.sendAt,
    startedAt: dial.at,
    goneBy: dial.goneBy,
    ringingAt: null,
    answeredAt: null,
    recording: null,
    endRequested: null,
    ended: null,
  };
  return moved(
    { ...call, attempts: [...call.attempts, attempt], state: { status: 'dialing', attempt: attempt.number } },
    [{ type: 'call.attempt_started', attempt: attempt.number }],
  );
}

/** Whoever holds the Asterisk's lease now attends the attempt: what its former holder had in hand does not apply any more. */
export function attend(call: Call, attemptId: AttemptId, epoch: number): Move {
  const attempt = liveAttempt(call);
  if (attempt?.id !== attemptId) return ignored(call, 'attend');
  if (attempt.epoch >= epoch)
    return { result: 'ignored', reason: 'it is attended under this lease or a later one' };
  return moved(withAttempt(call, { ...attempt, epoch }), []);
}

export function noteRinging(call: Call, attemptId: AttemptId, at: number): Move {
  const attempt = liveAttempt(call);
  if (attempt?.id !== attemptId || call.state.status !== 'dialing') return ignored(call, 'ringing');
  if (attempt.ringingAt !== null) return { result: 'ignored', reason: 'it rang already' };
  return moved(withAttempt(call, { ...attempt, ringingAt: at }), [
    { type: 'call.ringing', attempt: attempt.number },
  ]);
}

/** The phone was answered; from now on the flow session is kept with the call. */
export function answer(
  call: Call,
  attemptId: AttemptId,
  talk: { at: number; session: FlowSession; timeline: TimelineEntry[] },
): Move {
  const attempt = liveAttempt(call);
  if (attempt?.id !== attemptId || call.state.status !== 'dialing') return ignored(call, 'answered');
  const answered = withAttempt(call, { ...attempt, answeredAt: talk.at });
  return moved(
    {
      ...answered,
      language: talk.session.language,
      state: { status: 'in_progress', attempt: attempt.number, session: talk.session },
    },
    [{ type: 'call.answered', attempt: attempt.number }],
    talk.timeline,
  );
}

/** The flow went on: its session as it is now, the responses given on the way, and lines for the timeline. */
export function advanceTalk(
  call: Call,
  talk: {
    session: FlowSession;
    /** Null where it is as it was. */
    progress: CallProgress | null;
    responses: CallResponse[];
    /** Ids of the flow's questions in its order: responses are kept in it. */
    questions: readonly string[];
    optOutScope: string | null;
    /** Beside the responses that they are. */
    voiceMessages?: readonly VoiceMessage[];
    transfers?: readonly EndedTransfer[];
    /** Those of the responses that ask for a call by a person. */
    callBacks?: readonly CallResponse[];
    timeline: TimelineEntry[];
  },
): Move {
  if (call.state.status !== 'in_progress') return ignored(call, 'advanceTalk');
  const responses = [
    ...call.responses.filter((kept) => !talk.responses.some((response) => isOfSame(kept, response))),
    ...talk.responses,
  ];
  const place = (response: CallResponse): number => talk.questions.indexOf(response.question);
  const seat = ({ person }: CallResponse): number => call.people.findIndex(({ id }) => id === person);
  // A commit whose reply was lost is made again, perhaps on what somebody else committed since: what it kept is not reported twice.
  const fresh = talk.responses.filter((response) => !call.responses.some((kept) => isSame(kept, response)));
  const facts: CallFact[] = fresh.map((response) => ({ type: 'call.response_recorded', response }));
  for (const message of talk.voiceMessages ?? [])
    if (fresh.some((response) => response.value === message.id))
      facts.push({ type: 'voice_message.recorded', message });
  for (const response of fresh)
    if (call.optInList !== undefined && isConsent(response))
      facts.push({ type: 'opt_in.recorded', list: call.optInList, response });
  facts.push(...transferFacts(freshTransfers(call, talk.transfers ?? [])));
  for (const response of fresh)
    if (talk.callBacks?.includes(response)) facts.push({ type: 'call_back.requested', response });
  if (talk.optOutScope !== null && call.progress?.optedOut !== true)
    facts.push({ type: 'opt_out.recorded', scope: talk.optOutScope, confirmedBy: 'key' });
  return moved(
    {
      ...call,
      language: talk.session.language,
      responses: responses.toSorted((one, other) => place(one) - place(other) || seat(one) - seat(other)),
      progress: progressFrom(call, talk.progress),
      state: { ...call.state, session: talk.session },
    },
    facts,
    talk.timeline,
  );
}

/** Whoever proved to be a person stays one, whatever a later attempt came to. */
function progressFrom({ progress: before }: Call, progress: CallProgress | null): CallProgress | null {
  if (progress === null || before === null) return progress ?? before;
  return { ...progress, human: progress.human || before.human };
}

function transferFacts(transfers: readonly EndedTransfer[]): CallFact[] {
  return transfers.map((transfer) => ({ type: 'transfer.ended', transfer }));
}

function isSame(one: CallResponse, other: CallResponse): boolean {
  return isOfSame(one, other) && one.attempt === other.attempt && one.at === other.at;
}

/** The same question, put to the same person. */
function isOfSame(one: CallResponse, other: CallResponse): boolean {
  return one.question === other.question && one.person === other.person;
}

/** What comes after an attempt: another one, or the end of the call. */
export type AfterAttempt =
  { next: 'retry'; at: number } | { next: 'end'; outcome: Outcome; problem: CallProblem | null };

/** The leg is known to be gone (or will never be proven): the attempt ends with its verdict. */
export function endAttempt(
  call: Call,
  attemptId: AttemptId,
  end: {
    at: number;
    verdict: Verdict;
    progress: CallProgress | null;
    /** The sound of the whole call, where it was kept. */
    recording?: CallRecording | null;
    /** Those that ended with it. */
    transfers?: readonly EndedTransfer[];
    after: AfterAttempt;
    timeline: TimelineEntry[];
  },
): Move {
  const attempt = liveAttempt(call);
  if (attempt?.id !== attemptId) return ignored(call, 'endAttempt');
  const ended = withAttempt(call, {
    ...attempt,
    recording: end.recording ?? null,
    ended: { at: end.at, verdict: end.verdict },
  });
  const { after } = end;
  const state: CallState =
    after.next === 'retry'
      ? { status: 'waiting_retry', nextAttemptAt: after.at }
      : { status: 'ended', endedAt: end.at, outcome: after.outcome, blockedBy: null, problem: after.problem };
  const lost = lostTransfer(call, end.at);
  const transfers = freshTransfers(call, end.transfers ?? []);
  const facts = transferFacts(transfers.length === 0 && lost !== null ? [lost] : transfers);
  const nextAttemptAt = after.next === 'retry' ? after.at : null;
  // whoever called us was not tried: of their leg, the call itself tells
  if (call.direction === 'outgoing')
    facts.push({ type: 'call.attempt_ended', attempt: attempt.number, nextAttemptAt });
  if (after.next === 'end') facts.push({ type: 'call.ended' });
  return moved({ ...ended, progress: progressFrom(call, end.progress), state }, facts, end.timeline);
}

/** The call may not be dialled now, outside its hours for instance: it waits until then. */
export function postpone(call: Call, nextAttemptAt: number): Move {
  if (call.state.status !== 'queued' && call.state.status !== 'waiting_retry')
    return ignored(call, 'postpone');
  return moved({ ...call, state: { ...call.state, nextAttemptAt } }, []);
}

/** A call that nobody is on the line of ends: cancelled, expired, blocked, or its prompts could not be made. */
export function endWithoutAttempt(
  call: Call,
  end: { at: number; outcome: Outcome; blockedBy: string | null; problem: CallProblem | null },
): Move {
  if (call.state.status !== 'queued' && call.state.status !== 'waiting_retry')
    return ignored(call, 'endWithoutAttempt');
  return moved(
    {
      ...call,
      state: {
        status: 'ended',
        endedAt: end.at,
        outcome: end.outcome,
        blockedBy: end.blockedBy,
        problem: end.problem,
      },
    },
    [{ type: 'call.ended' }],
  );
}

/** Somebody asked for the end of an attempt; it ends when its leg is gone. Kept, so that the request survives a crash. */
export function requestEnd(call: Call, request: EndRequest = 'cancelled'): Move {
  const attempt = liveAttempt(call);
  if (!attempt) return ignored(call, 'requestEnd');
  const { endRequested } = attempt;
  // who is to be forgotten is, also where the call was cancelled a moment before
  if (endRequested === request || endRequested === 'erased')
    return { result: 'ignored', reason: 'its end was requested already' };
  return moved(withAttempt(call, { ...attempt, endRequested: request }), []);
}

/** The attempt that has not ended, if there is one; there is never more than one. */
export function liveAttempt(call: Call): Attempt | null {
  const last = call.attempts.at(-1);
  return last && last.ended === null ? last : null;
}

function withAttempt(call: Call, attempt: Attempt): Call {
  assert(call.attempts[attempt.number - 1]?.id === attempt.id, 'an attempt is at the place of its number');
  return { ...call, attempts: call.attempts.map((each) => (each.id === attempt.id ? attempt : each)) };
}

function moved(call: Call, facts: CallFact[], timeline: TimelineEntry[] = []): Move {
  return { result: 'moved', call, facts, timeline };
}

function ignored(call: Call, move: string): Ignored {
  return { result: 'ignored', reason: `${move} does not apply to a call that is ${call.state.status}` };
}
