import type { SpokenPart } from '../prompts/spoken-part.ts';
import type { Key } from './flow-definition.ts';
import type { SessionTransfer, TransferEnding, TransferResult, TransferTarget } from './transfer.ts';

/**
 * The state of one flow in one call, and what passes between the engine and whoever acts for it.
 *
 * The engine decides, the workflow acts: `advance(flow, session, input)` returns the next session and commands. It has no clock and
 * no I/O. Every input carries its instant; `prompt_ended` and `timeout` carry the id that their command was given, and a
 * stale one is ignored with a reason. A session is plain JSON: it is stored with the call and taken up after a crash.
 */
export interface FlowSession {
  /** The step that the person is in, or was in when they hung up or opted out; null once the flow has come to its end. */
  step: string | null;
  /** The step that this talk began with. */
  begun: string;
  phase: SessionPhase;
  language: string;
  variables: Record<string, FlowValue>;
  /** Answers by question: those that came with the request and those given in this call. */
  responses: Record<string, SessionResponse>;
  /** Whether a key press, or a message that was recorded, has proven a person. */
  human: boolean;
  /** Milliseconds heard of each speaking step that was met in this call: the longest stretch, not the sum. */
  heardMs: Record<string, number>;
  /** Questions that this talk has come to. One that comes up again, in a menu say, is asked again even though it has an answer. */
  met: string[];
  /** Those of them that were passed unasked, since they had an answer before this talk. */
  passed: string[];
  /** Whether the present question is settled: only words about the answer are left to be said. */
  settled: boolean;
  /** Digits that were entered and wait for their confirmation. */
  confirming: string | null;
  /** For how long the first word of a message has been waited for since the beep; left out: not yet. In milliseconds. */
  waitedForWordMs?: number;
  /** What the person said for the present question; kept when they agree, fall silent or hang up. Null where there is none to be settled. */
  recorded: RecordedMessage | null;
  /** What is being asked of another system; null while nothing is. */
  lookup: SessionLookup | null;
  /** To whom the person is being joined, or is; null while to nobody. */
  transfer: SessionTransfer | null;
  /** A terminator that is pressed out of habit after the last digit was taken already; it belongs to that answer. */
  lateTerminator: { key: Key; until: number } | null;
  /** Whether a word of welcome back is still to be said. */
  welcomeBack: boolean;
  /** Whether it is still to be said that the call is recorded. */
  announceRecording: boolean;
  /** Tries of the present question that were spent, by cause. */
  attempts: { noInput: number; invalid: number };
  /** Keys pressed for the present question so far (`digits`), or ahead of time (type-ahead). */
  typed: Key[];
  ahead: Key[];
  /** Questions that were given up, in order: they stay unanswered, so the call will be partial. */
  givenUp: string[];
  /** Whether `complete_after` was heard to its end. */
  completionHeard: boolean;
  /** Who shares the phone; empty where it is one person's. */
  people: SessionPerson[];
  /** Who of them is there; null until they said so. */
  person: string | null;
  /** What holds for whoever is there, as it was when somebody was asked for; null before that. */
  common: Pick<FlowSession, 'responses' | 'variables' | 'givenUp'> | null;
  /** Where a person goes on who has not been spoken to: the step that the request names, if it lies behind the question who is there. */
  onward: string | null;
  result: FlowValue | null;
  /** How the flow ended; null while it runs. */
  ending: FlowEnding | null;
  /** Counts ids for prompts and timers, so that a stale one is told apart. */
  lastPrompt: number;
  lastTimer: number;
  lastRecording: number;
  lastLookup: number;
  lastTransfer: number;
}

/** One of the people on a shared phone, as their talks have left them so far. */
export interface SessionPerson {
  id: string;
  name: string;
  responses: Record<string, SessionResponse>;
  variables: Record<string, FlowValue>;
  resumeAt: string | null;
  completed: boolean;
  score: FlowScore | null;
}

export interface FlowScore {
  correct: number;
  answered: number;
  total: number;
}

export type FlowValue = string | number | boolean | null;

/** A voice message that is stored already, but not yet anybody's answer. */
export interface RecordedMessage {
  /** `vm_…`; its sound is kept under it. */
  voiceMessage: string;
  /** Read back to the person: digits, the last of which checks the others. */
  referenceNumber: string;
  durationMs: number;
  /** Under which the phone network still has it, for letting the person hear it. */
  recordingId: string;
}

export interface SessionLookup {
  lookupId: string;
  /** The instant at which it is given up. */
  until: number;
  /** Where to go on once the words that are being said are over; null while there is no result. */
  settled: { goTo: string | null } | null;
}

/** What is asked of another system, ready to be sent. */
export interface LookupRequest {
  method: 'GET' | 'POST';
  /** With its query. */
  url: string;
  /** JSON; null for none. */
  body: string | null;
}

/** `reply` is parsed JSON; `problem` says, without the request's own values, why there is none. */
export type LookupResult = { result: 'replied'; reply: unknown } | { result: 'failed'; problem: string };

export interface SessionResponse {
  value: string;
  key: string | null;
  givenOn: 'request' | 'call';
  /** Milliseconds since 1970; for answers that came with the request, when the call was accepted. */
  at: number;
  correct: boolean | null;
  /** Of a consent: the language that it was asked in. */
  askedIn?: string;
}

/**
 * What is going on on the line.
 *
 *     idle ──► speaking ──► listening, recording, joined ──► … ──► ended
 *
 * `speaking` a prompt, which may be followed by silence; `listening` for keys: `promptId` is the prompt whose silence still runs (null for
 * none), `timerId` the limit that runs (null for none). While `recording`, silence runs too: an idle line sends nothing. While `joined` to somebody else, nothing is said. `idle` is met only before the
 * talk starts.
 */
export type SessionPhase =
  | { phase: 'idle' }
  | { phase: 'speaking'; promptId: string; startedAt: number; silenceMs: number; purpose: PromptPurpose }
  | { phase: 'listening'; promptId: string | null; timerId: string | null; purpose: PromptPurpose }
  | { phase: 'recording'; recordingId: string; promptId: string; timerId: string | null; purpose: 'step' }
  | { phase: 'joined'; purpose: 'transfer' }
  | { phase: 'ended' };

/**
 * Why something is spoken: the step's own words; other words («wrong key», «welcome back») and then the step's own; words about an answer; a
 * confirmation that takes keys of its own; «please wait» while another system is asked, or somebody else is called.
 */
export type PromptPurpose =
  | 'step'
  | 'step_again'
  | 'after_response'
  | 'confirm'
  | 'confirm_opt_out'
  | 'lookup'
  | 'transfer'
  | 'goodbye';

/** `machine`: whoever answered was none. */
export type FlowEnding = 'flow_ended' | 'hung_up' | 'opted_out' | 'failed' | 'machine';

export type EngineInput =
  /** The phone was answered. */
  | { type: 'started'; at: number }
  /**
   * The call was taken up again after a crash or a lost connection: the present step is spoken anew. `recordingGoesOn`: what the person is
   * saying is still being recorded, so nobody interrupts; `talkGoesOn`: nor where they are joined to somebody else. `lastRecording`: the last number that was
   * used, where that was not kept.
   */
  | ({ type: 'resumed'; at: number } & Resumption)
  | { type: 'key'; at: number; key: Key }
  | { type: 'prompt_ended'; at: number; promptId: string }
  | { type: 'timeout'; at: number; timerId: string }
  /** The recording is over and stored; null: nothing was said, or nothing that can be used. Comes before `hung_up` where that ended it. */
  | {
      type: 'recording_ended';
      at: number;
      recordingId: string;
      message: RecordedMessage | null;
      isTooLoud?: boolean;
    }
  | { type: 'recording_failed'; at: number; recordingId: string }
  | { type: 'lookup_result'; at: number; lookupId: string; result: LookupResult }
  /** What was heard sounds like an answering machine. */
  | { type: 'machine_detected'; at: number }
  /** The other one is there and has heard the whisper; they are joined next. */
  | { type: 'transfer_joined'; at: number; transferId: string }
  /** The other one is gone, or will not come; they are joined no more. */
  | { type: 'transfer_ended'; at: number; transferId: string; result: TransferResult }
  | { type: 'hung_up'; at: number };

export interface Resumption {
  recordingGoesOn?: boolean;
  talkGoesOn?: boolean;
  lastRecording?: number;
}

export type EngineCommand =
  /** Speak the parts without a gap, then keep `silenceMs` of silence on the line (while waiting for a key). Empty parts: silence alone, and no `prompt_ended`. */
  | { type: 'say'; promptId: string; step: string; parts: SpokenPart[]; silenceMs: number }
  | { type: 'stop'; promptId: string }
  /** Send `timeout` with this id after `limitMs`. One timer runs at a time: this replaces the one before. */
  | { type: 'wait_for_key'; timerId: string; limitMs: number }
  | { type: 'stop_waiting' }
  /** Record what the person says, until `stop_recording`, so much silence, or the limit; then send `recording_ended` or `recording_failed`. */
  | { type: 'record'; recordingId: string; maxDurationMs: number; maxSilenceMs: number }
  /** Without `keep` nobody wants to know what was recorded. */
  | { type: 'stop_recording'; recordingId: string; keep: boolean }
  /** Ask another system; send `lookup_result` within the limit. */
  | { type: 'look_up'; lookupId: string; step: string; request: LookupRequest; limitMs: number }
  | { type: 'abort_lookup'; lookupId: string }
  /** Call somebody, whisper to them, and send `transfer_joined`; then, or when nobody comes within the limit, `transfer_ended`. */
  | ({ type: 'transfer'; transferId: string; step: string; maxWaitMs: number } & TransferTarget)
  /** Let the other one go; nobody wants to know how it ended. */
  | { type: 'end_transfer'; transferId: string }
  /** Something to be kept and reported. Committed before anything that depends on it is spoken to its end. */
  | { type: 'report'; fact: FlowFact }
  | { type: 'hang_up' };

export type FlowFact =
  | { type: 'step_entered'; step: string }
  | { type: 'key_pressed'; step: string | null; key: Key; use: KeyUse }
  | { type: 'response_recorded'; question: string; person: string | null; response: SessionResponse }
  | { type: 'no_input'; step: string; attempt: number }
  | { type: 'invalid_input'; step: string; attempt: number }
  | { type: 'given_up'; question: string }
  | { type: 'recording_started'; step: string }
  /** The answer to `question`, beside its `response_recorded`. */
  | { type: 'voice_message_recorded'; question: string; message: RecordedMessage; at: number }
  /** The person records it anew: its sound may go. */
  | { type: 'voice_message_discarded'; question: string; message: RecordedMessage }
  /** `problem`: why `otherwise` was taken, null where the values were found. */
  | { type: 'looked_up'; step: string; problem: string | null }
  | { type: 'transfer_begun'; step: string }
  | { type: 'transfer_joined'; step: string }
  | { type: 'transfer_ended'; ending: TransferEnding }
  | { type: 'opted_out'; at: number }
  | { type: 'flow_ended'; ending: FlowEnding };

/** What became of a key: taken by the step, wrong for it, one of the flow's own keys, kept for the next step, or of no use (with the reason). */
export type KeyUse = 'taken' | 'cut_prompt' | 'wrong' | 'repeat' | 'opt_out' | 'kept_ahead' | 'ignored';

export interface EngineStep {
  session: FlowSession;
  commands: EngineCommand[];
  /** Why the input had no effect, when it had none. */
  ignored: string | null;
}
