import type { HangUpEvidence } from '../domain/calls/verdict.ts';
import type { AttemptId } from '../domain/ids.ts';
import type { Key } from '../domain/flows/flow-definition.ts';

/**
 * The phone network as the rest of the program sees it: legs that can be dialled, spoken to and hung up, and legs of those who call us.
 *
 * A *leg* is one phone's connection to us and has the id of the attempt that dialled it, chosen by us and committed before the
 * request leaves; that is what makes dialling at most once provable. The leg of somebody who calls has an id that follows from what the network
 * calls it: the same in every process, so that a call is known again after a crash.
 *
 * Rules that every adapter keeps, and that the contract suite checks:
 * - `dial` sends at most one INVITE for an id, ever.
 * - Events of one leg come in the order in which they happened; repeats are dropped. `hung_up` is the last, and comes exactly once for
 *   each leg that was dialled with the result `sent`, except across a loss of connection: there `legs()` is the truth.
 * - `prompt_ended` comes when the last sound of a prompt was over, before the silence that follows it; never after `stop` resolved.
 * - `recording_ended` or `recording_failed` comes once for each recording that was begun, and before `hung_up` where that ended it.
 * - `talking_started` and `talking_ended` come in turn, and only for a leg that was dialled with `detectTalk`; a pause of less than 0.8 s is no
 *   end. A start may come with the first sound of the line though nobody speaks yet, and before the answer; what runs when the leg ends has no end.
 * - Nothing throws for a leg that is gone: the request resolves `gone`.
 * - Nobody who calls is answered but by `answer`: until then the call costs them nothing. `incoming` is told once for each over one
 *   connection; whom nobody heard of, since the connection was lost, `offered()` lists.
 */
export interface Telephony {
  /** Starts connecting, and goes on trying for ever. Resolves as soon as the first try is decided, whatever its result. */
  start(): Promise<void>;
  /** Ends the connection in order; legs stay as they are. */
  stop(): Promise<void>;
  /** Why no call can be placed now, or null. Readiness shows it. */
  problem(): TelephonyProblem | null;
  /** One listener for everything that happens, set before `start`. */
  onEvent(listener: (event: TelephonyEvent) => void): void;

  dial(request: DialRequest): Promise<DialResult>;
  /** Lets whoever calls hear that it rings here. */
  ring(leg: LegId): Promise<'done' | 'gone'>;
  /** Takes the call; `answered` follows as an event. After `absoluteTimeoutMs` the network itself ends the leg, whatever becomes of us. */
  answer(leg: LegId, limits: { absoluteTimeoutMs: number }): Promise<'done' | 'gone'>;
  /** Ends a call that was not answered as «busy», which costs the caller nothing; `hung_up` follows. */
  refuse(leg: LegId): Promise<'done' | 'gone'>;
  /** Ends the leg. `gone` when there is no such leg (any more); `hung_up` follows as an event where there was one. */
  hangUp(leg: LegId): Promise<'done' | 'gone'>;
  /**
   * Speaks `sounds` one after the other without a gap, then `silenceMs` of silence. A prompt that is still running on the leg
   * must be stopped first.
   */
  say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'>;
  /** Stops a prompt at once; `gone` when it is over already. */
  stopPrompt(leg: LegId, promptId: string): Promise<'done' | 'gone'>;
  /**
   * Lets two people hear each other; what is said to either must be stopped first, and nothing is said to them while they are joined. `gone` where
   * one of them is. Where they are joined already, nothing changes.
   */
  join(legs: JoinedLegs): Promise<'done' | 'gone'>;
  /**
   * Whoever the person is joined to, they hear each other no more, and who is still there may be spoken to again. To be asked for also when one
   * of them has hung up: until then the other one is alone, and hears nothing.
   */
  part(person: LegId): Promise<void>;
  /** Records the leg beside whatever is said to it; several recordings may run at once. Its id is never used again on this leg. */
  record(leg: LegId, recording: RecordingRequest): Promise<'done' | 'gone'>;
  /** Its end follows as an event; `gone` when it is over already. */
  stopRecording(leg: LegId, recordingId: string): Promise<'done' | 'gone'>;
  /** For taking calls up again: what became of a recording, also of a leg that is gone. */
  recordingState(leg: LegId, recordingId: string): Promise<RecordingState>;
  /**
   * The sound of a recording that is over, as a WAV file, piece by piece; null when there is none. It stays there until it is removed.
   *
   * @throws TelephonyUnavailable, also while it is read
   */
  readRecording(leg: LegId, recordingId: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Removes it from where the network keeps it. */
  removeRecording(leg: LegId, recordingId: string): Promise<void>;
  /** Every recording of ours that is over and was not removed. */
  storedRecordings(): Promise<StoredRecording[]>;
  /** All legs of ours that exist now, for taking calls up again. Throws TelephonyUnavailable where that cannot be known. */
  legs(): Promise<LiveLeg[]>;
  /** All who call and were neither answered nor refused; they are not among `legs()`. Throws TelephonyUnavailable where that cannot be known. */
  offered(): Promise<OfferedCall[]>;
  /**
   * Calls that came in, were written down by the network itself before anybody heard of them, and are over: what came while we were away or
   * deaf. One that was dealt with is among them until it is removed, so whoever has it on record removes it.
   */
  writtenCalls(): Promise<CallsWrittenDown>;
  removeWritten(leg: LegId): Promise<void>;
}

export type LegId = AttemptId;

/** The person, and to whom they are joined. */
export interface JoinedLegs {
  person: LegId;
  other: LegId;
}

export interface DialRequest {
  leg: LegId;
  /** Where to, in the trunk's own format: made from validated digits and the trunk's template only. */
  endpoint: string;
  /** E.164 with +, or null for the trunk's default. */
  callerId: string | null;
  /** Longest time from the INVITE to the first sign of ringing. */
  setupTimeoutMs: number;
  /** Longest time of ringing, counted from RINGING or PROGRESS. */
  ringTimeoutMs: number;
  /** After this long the network itself ends the leg, whatever becomes of us. */
  absoluteTimeoutMs: number;
  /** Whether to tell when sound comes from the phone, and when it ends. */
  detectTalk: boolean;
}

/**
 * - `sent`: the INVITE left, or is about to.
 * - `refused`: it certainly did not leave. `code` tells whose fault it is; `reason` is for the engineer.
 * - `unsure`: the request was cut or timed out; only `legs()` or a later event can tell.
 */
export type DialResult =
  | { result: 'sent' }
  | { result: 'refused'; code: RefusalCode; reason: string }
  | { result: 'unsure'; reason: string };

/**
 * - `not_connected`: there was no way to the network (see `problem`); nothing is wrong with the trunk or the endpoint.
 * - `not_dialable`: the request itself is at fault: its endpoint or its caller id has no form that may be dialled.
 * - `refused_by_network`: the network took the request and said no.
 */
export type RefusalCode = 'not_connected' | 'not_dialable' | 'refused_by_network';

export interface PromptRequest {
  promptId: string;
  /** May be empty: silence alone. */
  sounds: readonly PromptSound[];
  /** 0 for none. Keeps RTP flowing while we wait for a key: an idle channel sends none, and far ends take that for a dead call. */
  silenceMs: number;
}

/** The path of a sound file relative to the data directory, without extension, in the trunk's codec; or a recording of this leg that is over. */
export type PromptSound = string | { recordingId: string };

export interface RecordingRequest {
  recordingId: string;
  /** What comes from the phone, or that and what is said to it. */
  side: 'phone' | 'both';
  /** In whole seconds, rounded up; null for as long as the leg lasts. */
  maxDurationMs: number | null;
  /** So much silence ends it, and is cut from its end; null: silence is recorded too. */
  maxSilenceMs: number | null;
}

export type RecordingState = 'running' | 'finished' | 'missing';

export interface StoredRecording {
  leg: LegId;
  recordingId: string;
}

/** `at` is when it happened, by the adapter's clock, in milliseconds since 1970. */
export type TelephonyEvent =
  { type: 'connected' } | { type: 'disconnected'; reason: string } | IncomingEvent | LegEvent;

/** Somebody calls. Nothing was answered: it is for us to `ring`, `answer` or `refuse`. */
export type IncomingEvent = { type: 'incoming' } & OfferedCall;

/** A call as it was offered to us. Its texts are a stranger's, of any content, cut to `longestCallerText` characters: data, never code. */
export interface OfferedCall {
  leg: LegId;
  at: number;
  /** The number of ours that was called, as the network writes it. */
  dialled: string;
  /** As the network writes it; empty where there is none. */
  callerNumber: string;
  /** The caller asked that the number not be shown, so it is not used, even where the network tells it. */
  callerWithheld: boolean;
  /** The network's name for the way by which it came: what follows the `@` of a trunk's endpoint. */
  endpoint: string;
}

export interface CallsWrittenDown {
  over: OfferedCall[];
  /** False where one is there still of which we were not told: it is about to be offered to us, or the network refuses it by itself. */
  isComplete: boolean;
}

/** No number has as many; hostile texts may be of any length. */
export const longestCallerText = 64;

export type LegEvent =
  | { type: 'ringing'; leg: LegId; at: number }
  /** Sound before the answer (SIP 183): an announcement, or ringing as sound. */
  | { type: 'progress'; leg: LegId; at: number }
  | { type: 'answered'; leg: LegId; at: number }
  | { type: 'key'; leg: LegId; at: number; key: Key; durationMs: number | null }
  | { type: 'prompt_ended'; leg: LegId; at: number; promptId: string }
  /** The prompt could not be played, e.g. a sound file is missing. */
  | { type: 'prompt_failed'; leg: LegId; at: number; promptId: string; reason: string }
  | { type: 'recording_ended'; leg: LegId; at: number; recordingId: string }
  | { type: 'recording_failed'; leg: LegId; at: number; recordingId: string; reason: string }
  | { type: 'talking_started'; leg: LegId; at: number }
  /** `until`: when the last sound came, which is a little before it is told. */
  | { type: 'talking_ended'; leg: LegId; at: number; until: number }
  | { type: 'hung_up'; leg: LegId; at: number; evidence: HangUpEvidence };

/** So much silence ends what somebody says: less lies between the sentences of a greeting. */
export const talkPauseMs = 800;

export interface LiveLeg {
  leg: LegId;
  /** `picked_up`: answered by the person while nobody listened; its `answered` event follows. */
  state: 'dialing' | 'ringing' | 'picked_up' | 'answered';
}

export interface TelephonyProblem {
  code:
    | 'connecting'
    | 'unreachable'
    | 'unauthorised'
    | 'module_missing'
    | 'lost_leadership'
    | 'sounds_unreadable'
    | 'stopped';
  /** A sentence for the person who can mend it. */
  detail: string;
}

export class TelephonyUnavailable extends Error {
  override readonly name = 'TelephonyUnavailable';
  readonly code = 'telephony_unavailable';
}
