import type { AttemptId, CallId } from '../ids.ts';
import type { FlowSession, FlowValue } from '../flows/flow-session.ts';
import type { FlowReference } from '../flows/flow-definition.ts';
import type { CallingHours } from './calling-hours.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Verdict } from './verdict.ts';

/**
 * A call: reach this person with this flow. It may take several attempts. A call that comes in on a line of ours is one too: it begins
 * `in_progress` when we answer it, and its leg is its only attempt.
 *
 *     queued ──► dialing ──► in_progress ──► ended
 *       ▲ │         │              │           ▲
 *       │ └─────────┼──────────────┼───────────┤
 *       └── waiting_retry ◄────────┘───────────┘
 *
 * Data that exists only in one state lives only in that state. `revision` counts the moves: each is a compare-and-set on it.
 * Instants are milliseconds since 1970; JSON of the outside world is made in `call-view.ts`.
 */
export interface Call {
  readonly id: CallId;
  readonly direction: 'outgoing' | 'incoming';
  /** Which of our numbers was called, in E.164; null where we call. */
  readonly line: string | null;
  readonly reference: string | null;
  readonly campaignId: string | null;
  readonly list: string | null;
  /**
   * Keyed hash of the number: who is called, or calls, without the number itself, which is in the vault alone. A caller who shows none is somebody
   * else in each call.
   */
  readonly person: PersonHash;
  /** `+91******3210`, of the person, for whoever may not see numbers; empty where nobody knows it. */
  readonly toMasked: string;
  readonly language: string;
  readonly flow: FlowReference;
  readonly priority: Priority;
  readonly purpose: Purpose;
  readonly variables: Readonly<Record<string, FlowValue>>;
  /** Who shares the phone; empty where it is one person's. */
  readonly people: readonly CallPerson[];
  readonly startAt: string | null;
  readonly notBefore: number | null;
  readonly notAfter: number;
  readonly callingHours: CallingHours;
  readonly retry: RetryPolicy;
  readonly callerId: string | null;
  readonly trunk: string | null;
  readonly maxDurationMs: number;
  /** What a yes to a step `consent` of this call opts in to; left out where it is nothing of the kind. */
  readonly optInList?: string;
  /** Whether the sound of the whole call is kept. */
  readonly record: boolean;
  /** Whether an answering machine is listened for, and hung up on. */
  readonly machineDetection: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** In the flow's order. */
  readonly responses: readonly CallResponse[];
  readonly attempts: readonly Attempt[];
  readonly state: CallState;
  /** Where a further attempt goes on, and what the last one came to; null before anybody was spoken to. */
  readonly progress: CallProgress | null;
  /** Sequence number of the last event. */
  readonly sequence: number;
  readonly revision: number;
}

/** Somebody on a shared phone, by the orchestrator's id for them. */
export interface CallPerson {
  readonly id: string;
  readonly name: string;
}

export type PersonHash = string & { readonly __id: 'person' };

export type Priority = 'normal' | 'high' | 'emergency';
export type Purpose = 'service' | 'promotional' | 'emergency';

export type CallState =
  | { status: 'queued'; nextAttemptAt: number }
  | { status: 'dialing'; attempt: number }
  | { status: 'in_progress'; attempt: number; session: FlowSession }
  | { status: 'waiting_retry'; nextAttemptAt: number }
  | {
      status: 'ended';
      endedAt: number;
      outcome: Outcome;
      blockedBy: string | null;
      problem: CallProblem | null;
    };

export type CallStatus = CallState['status'];

export const callStatuses = [
  'queued',
  'dialing',
  'in_progress',
  'waiting_retry',
  'ended',
] as const satisfies readonly CallStatus[];
export const callDirections = ['outgoing', 'incoming'] as const satisfies readonly Call['direction'][];

export const outcomes = [
  'completed',
  'partial',
  'no_answer',
  'busy',
  'rejected',
  'unreachable',
  'invalid_number',
  'machine',
  'trunk_failure',
  'opted_out',
  'blocked',
  'expired',
  'cancelled',
  'unknown',
] as const;
export type Outcome = (typeof outcomes)[number];

export interface CallProblem {
  code: 'prompt_unavailable';
  detail: string;
}

/** What the talk of the attempts so far came to. */
export interface CallProgress {
  /** Every question on the route answered and the flow heard to `complete_after`. */
  completed: boolean;
  optedOut: boolean;
  /** Whether somebody has proven to be a person, in any attempt. */
  human: boolean;
  heardPercent: number;
  /** Milliseconds heard of each step in all talks so far, the longest stretch: what a later talk need not say again still counts. */
  heardMs: Readonly<Record<string, number>>;
  resumeAt: string | null;
  result: FlowValue | null;
  score: Score | null;
  /** Variables as the flow left them, for the next attempt; on a shared phone those that are nobody's. */
  variables: Readonly<Record<string, FlowValue>>;
  /** Of a shared phone: what the talks with each of its people came to. */
  people?: readonly PersonProgress[];
}

export interface PersonProgress {
  id: string;
  completed: boolean;
  resumeAt: string | null;
  score: Score | null;
  variables: Readonly<Record<string, FlowValue>>;
}

export interface Score {
  correct: number;
  answered: number;
  total: number;
}

export interface CallResponse {
  question: string;
  value: string;
  key: string | null;
  givenOn: 'request' | 'call';
  /** Number of the attempt in which it was given; null for those that came with the request. */
  attempt: number | null;
  at: number;
  correct: boolean | null;
  person: string | null;
  /** Of a consent: the words that it was given to, which are a version of a flow in a language. */
  consent?: { flow: FlowReference; language: string };
}

export interface CallRecording {
  readonly durationMs: number;
}

/** Why the end of an attempt was asked for: of this call, or with all that is known of the person. */
export type EndRequest = 'cancelled' | 'erased';

/** One dial of a call: one INVITE, one SIP Call-ID. Live until `ended` is set. */
export interface Attempt {
  readonly id: AttemptId;
  readonly number: number;
  readonly trunk: string;
  /** The Asterisk that dials it, by its name. */
  readonly asterisk: string;
  /** Of the lease under which it is attended: the latest holder's. */
  readonly epoch: number;
  readonly callerId: string | null;
  /** The instant reserved for its INVITE by the trunk's pace. */
  readonly sendAt: number;
  readonly startedAt: number;
  /** By then the network itself has ended the leg, whatever became of us; before that nobody may believe it without having looked. */
  readonly goneBy: number;
  readonly ringingAt: number | null;
  readonly answeredAt: number | null;
  /** The sound of both sides, kept under the attempt's id; null where none is. */
  readonly recording: CallRecording | null;
  /** Somebody asked for its end, and why; it ends when its leg is gone. `erased`: what is reported of the call from then on is about nobody. */
  readonly endRequested: EndRequest | null;
  readonly ended: { readonly at: number; readonly verdict: Verdict } | null;
}
