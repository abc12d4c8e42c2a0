import { advanceTalk, type Move } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import { optOutScopeOf } from '../domain/calls/dialling-rules.ts';
import { asksForCallBack } from '../domain/flows/asks-for-call-back.ts';
import { createSession } from '../domain/flows/create-session.ts';
import type { EngineInput, FlowSession } from '../domain/flows/flow-session.ts';
import { unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Telephony } from '../telephony/telephony.ts';
import type { EndedTalk } from './ended-talk.ts';
import type { KeptCall } from './kept-call.ts';
import { MachineEar, type TalkingEvent } from './machine-ear.ts';
import type { LiveTalkMessage } from './live-talk-message.ts';
import { LiveRecordings, type LiveRecordingsDependencies } from './live-recordings.ts';
import type { PreparedCall } from './prepared-call.ts';
import { progressOf } from './progress-of.ts';
import { sessionStartOf } from './session-start-of.ts';
import { SpokenAnswers } from './spoken-answers.ts';
import { Talk, type Fed, type LookupInput, type TalkDependencies } from './talk.ts';
import { TalkTransfers, type TalkTransfersDependencies } from './talk-transfers.ts';
import type { ListedLegs } from './transfer-legs.ts';

export interface LiveTalkDependencies
  extends LiveRecordingsDependencies, Pick<TalkDependencies, 'lookUp'>, TalkTransfersDependencies {
  telephony: Telephony;
  clock: Clock;
  /** Whether persons are told that their call is recorded. */
  announceRecordings: boolean;
  /** A message for the library is on record. */
  onPromptSaid: () => void;
}

export interface LiveTalkStart {
  kept: KeptCall;
  prepared: PreparedCall;
  /** Brings what the talk itself gives rise to into the one order of all that happens to the leg. */
  post: (message: LiveTalkMessage) => void;
}

/** Longer than the greetings of most machines. */
const longestDoubtMs = 10_000;

/**
 * The talk of one answered leg and all that is kept of it: its session, responses, messages and recording. How the leg came about, and
 * what follows from its end, is somebody else's concern.
 *
 * What a message came to is committed before the next is handled; the words that follow from it begin meanwhile.
 */
export class LiveTalk {
  readonly #deps: LiveTalkDependencies;
  readonly #kept: KeptCall;
  readonly #prepared: PreparedCall;
  readonly #post: (message: LiveTalkMessage) => void;
  readonly #recordings: LiveRecordings;
  readonly #spoken: SpokenAnswers;
  readonly #transfers: TalkTransfers;
  #talk: Talk | null = null;
  readonly #ear = new MachineEar();
  #limit: Timer | null = null;
  /** While a flow is over, and who listened to it may yet turn out to be a machine. */
  #doubt: Timer | null = null;

  constructor(deps: LiveTalkDependencies, { kept, prepared, post }: LiveTalkStart) {
    this.#deps = deps;
    this.#kept = kept;
    this.#prepared = prepared;
    this.#post = post;
    this.#recordings = new LiveRecordings(deps, kept.leg);
    const talk = {
      feed: (input: EngineInput) => this.#feed(input),
      session: () => this.#talk?.session ?? null,
    };
    this.#spoken = new SpokenAnswers({ ...talk, leg: kept.leg, prepared, recordings: this.#recordings });
    this.#transfers = new TalkTransfers(deps, { ...talk, kept, prepared, post });
  }

  get hasBegun(): boolean {
    return this.#talk !== null;
  }

  /** Somebody is on the line: speaks at once, and keeps that they are. */
  async begin(
    at: number,
    answered: (call: Call, talk: { at: number; session: FlowSession; timeline: TimelineEntry[] }) => Move,
  ): Promise<void> {
    const { call } = this.#kept;
    const talk = this.#open(createSession(this.#prepared.flow, sessionStartOf(call, this.#deps)));
    if (call.record) await this.#recordings.recordCall();
    talk.feed({ type: 'started', at });
    const timeline = talk.takeTimeline();
    await this.#commit((now) => answered(now, { at, session: talk.session, timeline }));
    this.#transfers.call();
  }

  /** After a restart or a lost connection: goes on where the record says that the talk was. */
  async takeUp(session: FlowSession, legs: ListedLegs): Promise<void> {
    const talk = this.#talk ?? this.#open(session);
    if (this.#kept.call.record) await this.#recordings.recordCall();
    if (talk.session.transfer !== null) return this.#transfers.takeUp(legs);
    return this.#spoken.goOn(talk.session, this.#deps.clock.now());
  }

  async handle(message: LiveTalkMessage): Promise<void> {
    switch (message.type) {
      case 'key':
      case 'prompt_ended':
      case 'timeout':
      case 'lookup_result':
        return this.#feed(message);
      case 'transfer_ready':
      case 'transfer_over':
        return this.#transfers.handle(message);
      case 'recording_ended':
      case 'recording_failed':
        return this.#spoken.end(message);
      case 'prompt_failed':
        return this.#promptFailed(message.reason);
      case 'talking_started':
      case 'talking_ended':
        return this.#hear(message);
      case 'talk_limit':
        return this.#hangUp();
      default:
        return unreachable(message);
    }
  }

  /** Nobody can be heard: no wait is to run out meanwhile. */
  pause(): void {
    this.#ear.loseTrack();
    this.#doubt?.cancel();
    this.#doubt = null;
    this.#talk?.close();
  }

  /** The leg is gone: keeps what was said last, and gives the talk as it was then; of one that was not taken up again, as it was on record. */
  async end(at: number): Promise<EndedTalk> {
    const { state, record } = this.#kept.call;
    const isTalking = state.status === 'in_progress' && this.#kept.isLive;
    const talk = this.#talk ?? (isTalking ? this.#open(state.session) : null);
    if (talk) await this.#spoken.keepLast(at);
    const transfers = this.#transfers.ended(talk?.feed({ type: 'hung_up', at }).transfers ?? []);
    const ended = { session: talk?.session ?? null, timeline: talk?.takeTimeline() ?? [], transfers };
    this.close();
    return { ...ended, recording: record ? await this.#recordings.keptCall() : null };
  }

  /** Lets go of the talk without ending it. */
  release(): void {
    this.#transfers.release();
    this.close();
  }

  close(): void {
    this.#limit?.cancel();
    this.#doubt?.cancel();
    this.#talk?.close();
  }

  async #feed(input: EngineInput): Promise<void> {
    const talk = this.#talk;
    if (!talk) return;
    const fed = talk.feed(input);
    if (fed.worthKeeping) await this.#keep(talk, fed);
  }

  async #keep(talk: Talk, fed: Fed): Promise<void> {
    const { responses, voiceMessages, optedOut, settled } = fed;
    const timeline = talk.takeTimeline();
    const { session } = talk;
    const progress = this.#mayBeMachine(session) ? null : progressOf(this.#prepared, session);
    await this.#commit((call) =>
      advanceTalk(call, {
        session,
        progress,
        responses,
        questions: this.#prepared.questions,
        optOutScope: optedOut ? optOutScopeOf(call) : null,
        voiceMessages,
        transfers: this.#transfers.ended(fed.transfers),
        callBacks: responses.filter((response) => asksForCallBack(this.#prepared.flow, response)),
        timeline,
      }),
    );
    this.#transfers.call();
    for (const recording of settled) await this.#recordings.settle(recording);
    if (voiceMessages.some(({ prompt }) => prompt !== null)) this.#deps.onPromptSaid();
  }

  async #hear(event: TalkingEvent): Promise<void> {
    if (this.#ear.hear(event, this.#answeredAt))
      return this.#feed({ type: 'machine_detected', at: event.at });
    if (this.#doubt && event.type === 'talking_ended') await this.#hangUp();
  }

  /** Nothing that a machine «heard» is on record as progress: a person who is called later hears it from the beginning. */
  #mayBeMachine({ human }: FlowSession): boolean {
    return this.#kept.call.machineDetection && !human;
  }

  /** Who speaks on and on over a short message may be a machine that «heard» it all: a moment tells. */
  #endCall(talk: Talk): void {
    const { human, ending } = talk.session;
    if (human || ending !== 'flow_ended' || !this.#ear.isInDoubt(this.#answeredAt)) return talk.hangUp();
    this.#doubt ??= this.#deps.clock.setTimer(longestDoubtMs, () => this.#post({ type: 'talk_limit' }));
  }

  get #answeredAt(): number | null {
    return this.#kept.isLive ? this.#kept.attempt.answeredAt : null;
  }

  /** After «please wait» the question is asked again; a recording, if there is one, went on meanwhile. */
  async #commit(move: (call: Call) => Move): Promise<void> {
    const { waited } = await this.#kept.commit(move, this.#talk);
    const phase = this.#talk?.session.phase.phase;
    if (!waited) return;
    // Whom the other one has left meanwhile hears next what follows from that.
    if (phase === 'joined') return this.#talk?.endAside();
    await this.#feed({ type: 'resumed', at: this.#deps.clock.now(), recordingGoesOn: phase === 'recording' });
  }

  /** Sound that was on disk before the call is not there any more: nothing sensible can be said, and silence would be worse. */
  async #promptFailed(reason: string): Promise<void> {
    this.#deps.log.error(
      { call: this.#kept.call.id, attempt: this.#kept.leg, reason },
      'a prompt could not be played: hanging up',
    );
    await this.#hangUp();
  }

  async #hangUp(): Promise<void> {
    await this.#deps.telephony.hangUp(this.#kept.leg);
  }

  #open(session: FlowSession): Talk {
    const { telephony, clock, lookUp } = this.#deps;
    const { call, leg, attempt } = this.#kept;
    const talkedMs = clock.now() - (attempt.answeredAt ?? clock.now());
    this.#limit = clock.setTimer(call.maxDurationMs - talkedMs, () => this.#post({ type: 'talk_limit' }));
    const told = {
      transfers: this.#transfers,
      onLookedUp: (input: LookupInput) => this.#post(input),
      onRecordingOver: (id: string) => this.#post(this.#spoken.over(id, clock.now())),
      onFlowOver: () => this.#talk && this.#endCall(this.#talk),
      onTimeout: (timerId: string) => this.#post({ type: 'timeout', timerId, at: clock.now() }),
      onFault: (error: unknown) =>
        this.#deps.log.warn({ err: error, call: call.id }, 'a request for a live call failed'),
    };
    const talk = { leg, attempt: attempt.number, prepared: this.#prepared, session };
    return (this.#talk = new Talk({ telephony, clock, lookUp, ...told }, talk));
  }
}
