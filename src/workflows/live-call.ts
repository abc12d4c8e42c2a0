import {
  advanceTalk,
  answer,
  endAttempt,
  liveAttempt,
  noteRinging,
  type Move,
} from '../domain/calls/call-moves.ts';
import type { Attempt, Call } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import { optOutScopeOf } from '../domain/calls/dialling-rules.ts';
import type { Verdict } from '../domain/calls/verdict.ts';
import { createSession } from '../domain/flows/create-session.ts';
import type { EngineInput, FlowSession } from '../domain/flows/flow-session.ts';
import { assert, unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { Mailbox } from '../lib/mailbox.ts';
import { wait } from '../lib/wait.ts';
import type { DialRequest, DialResult, LegEvent, LegId, LiveLeg, Telephony } from '../telephony/telephony.ts';
import { afterAttempt } from './after-attempt.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import {
  cancelledVerdict,
  lostVerdict,
  refusedVerdict,
  verdictOf,
  withdrawnVerdict,
} from './attempt-verdicts.ts';
import { callRecordingId } from './keep-call-recording.ts';
import { commitMove, type CommitDependencies } from './commit-move.ts';
import { commitPatiently } from './commit-patiently.ts';
import type { PreparedCall } from './prepared-call.ts';
import { progressOf } from './progress-of.ts';
import { sessionStartOf } from './session-start-of.ts';
import { LiveRecordings, type LiveRecordingsDependencies } from './live-recordings.ts';
import { Talk, type Fed, type LookupInput, type TalkDependencies } from './talk.ts';

export type LiveCallMessage =
  | LegEvent
  /** The reserved instant has come. */
  | { type: 'dial'; request: DialRequest }
  /** It may not be dialled any more at this instant; nothing has left. */
  | { type: 'withdrawn' }
  | { type: 'dial_answered'; result: DialResult }
  | { type: 'timeout'; at: number; timerId: string }
  | LookupInput
  | { type: 'talk_limit' }
  /** A phone that another process dialled has rung for long enough. */
  | { type: 'ring_limit' }
  /** Its end was requested, and the request committed. */
  | { type: 'cancel' }
  /** After a restart or a lost connection: the leg exists, in this state. */
  | { type: 'taken_up'; state: LiveLeg['state'] }
  /** The leg does not exist, though it was dialled, and nobody saw its end. */
  | { type: 'leg_lost' }
  /** The connection is lost: keys cannot be heard until the call is taken up again. */
  | { type: 'deaf' };

export interface LiveCallDependencies
  extends CommitDependencies, LiveRecordingsDependencies, Pick<TalkDependencies, 'lookUp'> {
  ledger: Pick<Ledger, 'commit' | 'call'>;
  telephony: Telephony;
  clock: Clock;
  log: Log;
  /** It is not known whether the request to dial arrived: somebody must look for the leg. */
  onUnsure: (leg: LegId) => void;
  onEnded: (live: LiveCall) => void;
  /** Whether persons are told that their call is recorded. */
  announceRecordings: boolean;
}

export interface LiveCallStart {
  call: Call;
  prepared: PreparedCall;
  /** Whether the request to dial has left. */
  dialled: boolean;
  /** For a leg that another process dialled: when its ringing must end. Our own dialling keeps its limits itself. */
  ringsUntil?: number;
}

/**
 * One live attempt of a call, from its claim to its verdict. All that happens to it goes through one mailbox, in order:
 *
 *     claimed ──dial──► dialled ──answered──► talking ──hung_up──► ended
 *        │                 │                     │                   ▲
 *        └── cancelled ────┴── hung_up, refused ─┴── lost ───────────┘
 *
 * - What a move reports is committed before the next message is handled, and that it rings before the next move; prompts begin meanwhile.
 * - The attempt ends when its leg is known to be gone, or was never made, and not before: its slot and its person stay taken.
 * - A message that does not apply any more changes nothing: moves check the state that they leave.
 */
export class LiveCall {
  readonly leg: LegId;
  /** Resolves when the attempt has ended; never for one that is released. */
  readonly done: Promise<void>;
  readonly #deps: LiveCallDependencies;
  readonly #prepared: PreparedCall;
  readonly #mailbox: Mailbox<LiveCallMessage>;
  readonly #released = new AbortController();
  readonly #finish: () => void;
  #call: Call;
  #talk: Talk | null = null;
  #talkLimit: Timer | null = null;
  readonly #recordings: LiveRecordings;
  readonly #ringsUntil: number | null;
  #ringLimit: Timer | null = null;
  /** Whether the request to dial has left: before that there is no leg to look for. */
  #dialled: boolean;
  /** Kept here as well: the request to hang up may be lost with the connection, before the next commit finds it on record. */
  #endRequested = false;
  #ended = false;
  /** The keeping of it that the phone rang, until that is over. */
  #ringing: Promise<void> = Promise.resolve();

  constructor(deps: LiveCallDependencies, live: LiveCallStart) {
    const attempt = liveAttempt(live.call);
    assert(attempt, 'a live call has a live attempt');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#deps = deps;
    this.leg = attempt.id;
    this.done = promise;
    this.#finish = () => resolve(undefined);
    this.#call = live.call;
    this.#prepared = live.prepared;
    this.#recordings = new LiveRecordings(deps, attempt.id);
    this.#dialled = live.dialled;
    this.#ringsUntil = live.ringsUntil ?? null;
    this.#mailbox = new Mailbox(
      (message) => this.#handle(message),
      (error, message) =>
        deps.log.error(
          { err: error, call: live.call.id, message: message.type },
          'a message of a live call failed',
        ),
    );
  }

  get call(): Call {
    return this.#call;
  }

  get dialled(): boolean {
    return this.#dialled;
  }

  post(message: LiveCallMessage): void {
    this.#mailbox.post(message);
  }

  /** Waits for the instant of the INVITE; ends early when the attempt has ended, or the call is released. */
  waitToDial(waitMs: number): Promise<'elapsed' | 'aborted'> {
    return wait(this.#deps.clock, waitMs, this.#released.signal);
  }

  /** Lets go of the call without ending it: the leg stays, for whoever takes it up again. */
  async release(): Promise<void> {
    this.#released.abort();
    this.#mailbox.close();
    await this.#mailbox.idle();
    await this.#ringing;
    this.#close();
  }

  async #handle(message: LiveCallMessage): Promise<void> {
    if (this.#ended) return;
    switch (message.type) {
      case 'dial':
        return this.#dial(message.request);
      case 'dial_answered':
        return this.#afterDial(message.result);
      case 'withdrawn':
        if (this.#dialled) return;
        return this.#end(() => withdrawnVerdict, this.#deps.clock.now());
      case 'cancel':
        return this.#cancel();
      case 'taken_up':
        return this.#takeUp(message.state);
      case 'deaf':
        // Nobody is to lose a try for a key that could not arrive.
        this.#talk?.close();
        return;
      case 'leg_lost':
        return this.#end(() => lostVerdict, this.#deps.clock.now());
      case 'ringing':
        this.#ringing = this.#ringing.then(() => this.#noteRinging(message.at));
        return;
      case 'progress':
        return;
      case 'answered':
        return this.#answer(message.at);
      case 'key':
      case 'prompt_ended':
      case 'timeout':
      case 'lookup_result':
        return this.#feed(message);
      case 'recording_ended':
      case 'recording_failed':
        return this.#endRecording(message);
      case 'prompt_failed':
        return this.#promptFailed(message);
      case 'ring_limit':
        return this.#call.state.status === 'dialing' ? this.#hangUp() : undefined;
      case 'talk_limit':
        return this.#hangUp();
      case 'hung_up':
        return this.#end((attempt) => verdictOf(attempt, message.evidence), message.at);
      default:
        return unreachable(message);
    }
  }

  #dial(request: DialRequest): Promise<void> {
    if (this.#attempt().endRequested !== null)
      return this.#end(() => cancelledVerdict, this.#deps.clock.now());
    this.#dialled = true;
    const answered = (result: DialResult): void => this.post({ type: 'dial_answered', result });
    this.#deps.telephony
      .dial(request)
      .then(answered, (error: unknown) => answered({ result: 'unsure', reason: String(error) }));
    return Promise.resolve();
  }

  async #afterDial(result: DialResult): Promise<void> {
    if (result.result === 'sent') return;
    this.#deps.log.warn(
      { call: this.#call.id, attempt: this.leg, ...result },
      'a request to dial was not confirmed',
    );
    if (result.result === 'refused') {
      const verdict = result.code === 'not_connected' ? withdrawnVerdict : refusedVerdict;
      return this.#end(() => verdict, this.#deps.clock.now());
    }
    this.#deps.onUnsure(this.leg);
  }

  /** The request is on record; the call here may not know of it yet, but whatever is committed next will find it. */
  #cancel(): Promise<void> {
    this.#endRequested = true;
    return this.#dialled ? this.#hangUp() : this.#end(() => cancelledVerdict, this.#deps.clock.now());
  }

  async #hangUp(): Promise<void> {
    await this.#deps.telephony.hangUp(this.leg);
  }

  /** After a restart or a lost connection: the leg is there, in this state. */
  async #takeUp(state: LiveLeg['state']): Promise<void> {
    this.#dialled = true;
    await this.#reload();
    if (liveAttempt(this.#call)?.id !== this.leg) return this.#end(() => lostVerdict, this.#deps.clock.now());
    if (this.#endRequested || this.#attempt().endRequested !== null) return this.#hangUp();
    // Whoever picked up while nobody listened is about to be told of as answered.
    if (state === 'picked_up') return;
    if (state !== 'answered') {
      this.#limitRinging();
      return;
    }
    if (this.#call.state.status === 'dialing') return this.#answer(this.#deps.clock.now());
    if (this.#call.state.status !== 'in_progress') return;
    this.#talk ??= this.#startTalk(this.#call.state.session);
    if (this.#call.record) await this.#recordings.recordCall();
    await this.#goOn(this.#talk);
  }

  /** Who was speaking goes on speaking, if the network went on recording; else the present step is said anew. */
  async #goOn(talk: Talk): Promise<void> {
    const at = this.#deps.clock.now();
    const { phase, lastRecording } = talk.session;
    if (phase.phase !== 'recording') {
      await this.#recordings.abandon(lastRecording + 1);
      return this.#feed({ type: 'resumed', at });
    }
    const { recordingId } = phase;
    const state = await this.#recordings.stateOf(recordingId);
    if (state === 'running') return this.#feed({ type: 'resumed', at, recordingGoesOn: true });
    if (state === 'finished')
      return this.#endRecording({ type: 'recording_ended', leg: this.leg, at, recordingId });
    return this.#feed({ type: 'recording_failed', at, recordingId });
  }

  /** What was said is stored before the person hears anything about it. */
  async #endRecording(ended: Extract<LegEvent, { recordingId: string }>): Promise<void> {
    const { at, recordingId } = ended;
    if (recordingId === callRecordingId) return this.#recordings.keepCall();
    const phase = this.#talk?.session.phase;
    if (phase?.phase !== 'recording' || phase.recordingId !== recordingId)
      return this.#recordings.forget(recordingId);
    const kept = ended.type === 'recording_failed' ? 'failed' : await this.#recordings.keep(recordingId);
    await this.#feed(
      kept === 'failed'
        ? { type: 'recording_failed', at, recordingId }
        : { type: 'recording_ended', at, recordingId, message: kept },
    );
  }

  /** Whoever dialled it kept the time; that process is gone. */
  #limitRinging(): void {
    const { clock } = this.#deps;
    if (this.#ringsUntil === null || this.#ringLimit !== null) return;
    this.#ringLimit = clock.setTimer(this.#ringsUntil - clock.now(), () => this.post({ type: 'ring_limit' }));
  }

  /**
   * Tried once, and never rejects; the next move waits for it, but no message does: who answers meanwhile must not listen to silence until, or
   * because it cannot be, kept that the phone rang.
   */
  async #noteRinging(at: number): Promise<void> {
    try {
      const { call } = await commitMove(this.#deps, this.#call, (now) => noteRinging(now, this.leg, at));
      this.#adopt(call);
    } catch (error) {
      const level = error instanceof LedgerUnavailable ? 'warn' : 'error';
      this.#deps.log[level]({ err: error, call: this.#call.id }, 'that the phone rang could not be kept');
    }
  }

  async #answer(at: number): Promise<void> {
    if (this.#talk || this.#call.state.status !== 'dialing') return;
    const talk = this.#startTalk(this.#newSession());
    this.#talk = talk;
    if (this.#call.record) await this.#recordings.recordCall();
    talk.feed({ type: 'started', at });
    const timeline = talk.takeTimeline();
    await this.#commit((call) => answer(call, this.leg, { at, session: talk.session, timeline }));
  }

  async #feed(input: EngineInput): Promise<void> {
    const talk = this.#talk;
    if (!talk) return;
    const fed = talk.feed(input);
    if (!fed.worthKeeping) return;
    await this.#keep(talk, fed);
  }

  async #keep(talk: Talk, { responses, voiceMessages, optedOut, settled }: Fed): Promise<void> {
    const timeline = talk.takeTimeline();
    const { session } = talk;
    const progress = progressOf(this.#prepared, session);
    await this.#commit((call) =>
      advanceTalk(call, {
        session,
        progress,
        responses,
        questions: this.#prepared.questions,
        optOutScope: optedOut ? optOutScopeOf(call) : null,
        voiceMessages,
        timeline,
      }),
    );
    for (const recording of settled) await this.#recordings.settle(recording);
  }

  /** Sound that was on disk before the call is not there any more: nothing sensible can be said, and silence would be worse. */
  async #promptFailed(event: Extract<LegEvent, { type: 'prompt_failed' }>): Promise<void> {
    this.#deps.log.error(
      { call: this.#call.id, attempt: this.leg, reason: event.reason },
      'a prompt could not be played: hanging up',
    );
    await this.#deps.telephony.hangUp(this.leg);
  }

  /** @param decide the verdict, by the attempt as it is on record when the move is made */
  async #end(decide: (attempt: Attempt) => Verdict, at: number): Promise<void> {
    await this.#keepLastWords(at);
    const { session, timeline } = this.#endTalk(at);
    this.#close();
    const recording = this.#call.record ? await this.#recordings.keptCall() : null;
    const progress = session && progressOf(this.#prepared, session);
    await this.#commit((call) => {
      const attempt = liveAttempt(call);
      if (attempt?.id !== this.leg) return { result: 'ignored', reason: 'the attempt has ended already' };
      const verdict = decide(attempt);
      const after = afterAttempt(call, { verdict, progress, at });
      return endAttempt(call, this.leg, { at, verdict, progress, recording, after, timeline });
    });
    this.#ended = true;
    // whoever still waits for its instant waits for nothing
    this.#released.abort();
    this.#mailbox.close();
    this.#finish();
    this.#deps.onEnded(this);
  }

  /** A message that was said and not settled when the line went, or when nobody here was listening. */
  async #keepLastWords(at: number): Promise<void> {
    const { state } = this.#call;
    this.#talk ??= state.status === 'in_progress' ? this.#startTalk(state.session) : null;
    const { phase } = this.#talk?.session ?? {};
    if (phase?.phase === 'recording') {
      const { recordingId } = phase;
      if ((await this.#recordings.stateOf(recordingId)) === 'finished')
        await this.#endRecording({ type: 'recording_ended', leg: this.leg, at, recordingId });
    }
    if (this.#talk?.session.recorded) await this.#feed({ type: 'hung_up', at });
  }

  /** The talk as it is at its end; of a call that was not taken up again, as it was on record. */
  #endTalk(at: number): { session: FlowSession | null; timeline: TimelineEntry[] } {
    const { state } = this.#call;
    const talk = this.#talk ?? (state.status === 'in_progress' ? this.#startTalk(state.session) : null);
    talk?.feed({ type: 'hung_up', at });
    return { session: talk?.session ?? null, timeline: talk?.takeTimeline() ?? [] };
  }

  #startTalk(session: FlowSession): Talk {
    const { telephony, clock, log } = this.#deps;
    const talkedMs = clock.now() - (this.#attempt().answeredAt ?? clock.now());
    this.#talkLimit = clock.setTimer(this.#call.maxDurationMs - talkedMs, () =>
      this.post({ type: 'talk_limit' }),
    );
    return new Talk(
      {
        telephony,
        clock,
        lookUp: this.#deps.lookUp,
        onLookedUp: (input) => this.post(input),
        onRecordingOver: (recordingId) =>
          this.post({ type: 'recording_ended', leg: this.leg, at: clock.now(), recordingId }),
        onTimeout: (timerId) => this.post({ type: 'timeout', timerId, at: clock.now() }),
        onFault: (error) => log.warn({ err: error, call: this.#call.id }, 'a request for a live call failed'),
      },
      { leg: this.leg, attempt: this.#attempt().number, prepared: this.#prepared, session },
    );
  }

  #newSession(): FlowSession {
    return createSession(this.#prepared.flow, sessionStartOf(this.#call, this.#deps));
  }

  async #commit(move: (call: Call) => Move): Promise<void> {
    await this.#ringing;
    const { commit, waited } = await commitPatiently(
      { ...this.#deps, signal: this.#released.signal },
      this.#call,
      move,
      this.#talk,
    );
    this.#adopt(commit.call);
    if (commit.result === 'ignored')
      this.#deps.log.debug({ call: commit.call.id, reason: commit.reason }, 'a move did not apply');
    if (waited && this.#talk) await this.#resume(this.#talk);
  }

  /** After «please wait»: the recording, if there is one, went on meanwhile. */
  #resume(talk: Talk): Promise<void> {
    const recordingGoesOn = talk.session.phase.phase === 'recording';
    return this.#feed({ type: 'resumed', at: this.#deps.clock.now(), recordingGoesOn });
  }

  /** Its end may have been requested while nobody here could be told: it is found on record. */
  #adopt(call: Call): void {
    this.#call = call;
    const isRequested = liveAttempt(call)?.endRequested === 'cancelled';
    if (isRequested && !this.#endRequested) this.post({ type: 'cancel' });
  }

  /** The call as it is on record; where the database is away, as it is known here. */
  async #reload(): Promise<void> {
    await this.#ringing;
    try {
      this.#call = (await this.#deps.ledger.call(this.#call.id)) ?? this.#call;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  #attempt(): Attempt {
    const attempt = liveAttempt(this.#call);
    assert(attempt, 'a live call has a live attempt');
    return attempt;
  }

  #close(): void {
    this.#ringLimit?.cancel();
    this.#talkLimit?.cancel();
    this.#talk?.close();
  }
}
