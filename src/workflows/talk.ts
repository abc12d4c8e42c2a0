import { advance } from '../domain/flows/flow-engine.ts';
import type { EngineCommand, EngineInput, FlowFact, FlowSession } from '../domain/flows/flow-session.ts';
import type { CallResponse } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { VoiceMessageId } from '../domain/ids.ts';
import type { VoiceMessage } from '../domain/voice-messages/voice-message.ts';
import { promptIdOf } from '../domain/flows/recording-flow.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import type { TransferEnding } from '../domain/flows/transfer.ts';
import { unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';
import type { LookupClient } from '../webhooks/look-up.ts';
import { timelineLineOf } from './timeline-line-of.ts';
import { lengthMs, soundsOf, speechIn, type PreparedCall, type PreparedSpeech } from './prepared-call.ts';
import { promptDetail } from './prompt-detail.ts';

export type TransferCommand = EngineCommand & { type: 'transfer' };
export type LookupInput = Extract<EngineInput, { type: 'lookup_result' }>;

export interface TalkDependencies {
  telephony: Telephony;
  clock: Clock;
  onTimeout: (timerId: string) => void;
  lookUp: LookupClient['lookUp'];
  /** Another system answered, or did not. */
  onLookedUp: (input: LookupInput) => void;
  /** Whoever calls somebody else for the person, once that is on record. */
  transfers: { want(command: TransferCommand): void; end(transferId: string): void; hasCompany: boolean };
  /** A recording that was to be stopped was over already; its end may not have been told. */
  onRecordingOver: (recordingId: string) => void;
  /** The flow has come to its end. */
  onFlowOver: () => void;
  /** A request was lost with the connection; the call is taken up again when it is back. */
  onFault: (error: unknown) => void;
}

/** What an input came to, to be kept by the caller. `worthKeeping`: the session moved on in a way that a crash must not undo. */
export interface Fed {
  responses: CallResponse[];
  voiceMessages: VoiceMessage[];
  /** Transfers that ended. */
  transfers: TransferEnding[];
  /** Recordings of which the phone network need not keep its copy any more, once this is on record. */
  settled: SettledRecording[];
  optedOut: boolean;
  worthKeeping: boolean;
}

export type SettledRecording = Extract<
  FlowFact,
  { type: 'voice_message_recorded' | 'voice_message_discarded' }
>;

/**
 * The talk of one answered leg: the engine decides, this acts. Sounds, timers and hang-ups leave at once and in order; what is to be kept
 * is handed back to the caller, who commits it while the next prompt begins.
 */
export class Talk {
  readonly #deps: TalkDependencies;
  readonly #leg: LegId;
  readonly #attempt: number;
  readonly #prepared: PreparedCall;
  #session: FlowSession;
  #timer: Timer | null = null;
  #lookup: AbortController | null = null;
  #lastPromptId: string | null = null;
  /** When the words that are being said will be over, as far as we know; null while none are. */
  #speaksUntil: number | null = null;
  #dependentUntil: number | null = null;
  #asides = 0;
  /** Lines of the timeline that no commit has taken along yet. */
  #timeline: TimelineEntry[] = [];

  constructor(
    deps: TalkDependencies,
    talk: { leg: LegId; attempt: number; prepared: PreparedCall; session: FlowSession },
  ) {
    this.#deps = deps;
    this.#leg = talk.leg;
    this.#attempt = talk.attempt;
    this.#prepared = talk.prepared;
    this.#session = talk.session;
    this.#lastPromptId = 'promptId' in talk.session.phase ? talk.session.phase.promptId : null;
  }

  get session(): FlowSession {
    return this.#session;
  }

  /** Gives the engine one input and carries out what it commands. */
  feed(input: EngineInput): Fed {
    if (input.type === 'resumed') this.#stopLast();
    const step = advance(this.#prepared.flow, this.#session, input);
    this.#session = step.session;
    const facts = step.commands.flatMap((command) => (command.type === 'report' ? [command.fact] : []));
    for (const command of step.commands) this.#carryOut(command, input.at);
    const responses = facts.flatMap((fact) =>
      fact.type === 'response_recorded' ? [this.#responseOf(fact)] : [],
    );
    const optedOut = facts.some((fact) => fact.type === 'opted_out');
    this.#dependentUntil = responses.length > 0 || optedOut ? this.#speaksUntil : null;
    return {
      responses,
      optedOut,
      voiceMessages: facts.flatMap((fact) =>
        fact.type === 'voice_message_recorded' ? [this.#voiceMessageOf(fact)] : [],
      ),
      settled: facts.flatMap((fact) =>
        fact.type === 'voice_message_recorded' || fact.type === 'voice_message_discarded' ? [fact] : [],
      ),
      transfers: facts.flatMap((fact) => (fact.type === 'transfer_ended' ? [fact.ending] : [])),
      // that the flow ended is kept with the end of the leg, which follows; that a machine answered must be known then
      worthKeeping: facts.some((fact) => fact.type !== 'flow_ended' || fact.ending === 'machine'),
    };
  }

  /**
   * How long the words still last that follow from a response or an opt-out of the last input: they must not be heard to their end before
   * that is on record. Null where there are none.
   */
  get dependentSpeechMs(): number | null {
    return this.#dependentUntil === null ? null : this.#dependentUntil - this.#deps.clock.now();
  }

  /** Whether somebody else talks to the person, so that nothing can be said to them. */
  get hasCompany(): boolean {
    return this.#deps.transfers.hasCompany;
  }

  /** Takes the lines that have gathered; the caller commits them. */
  takeTimeline(): TimelineEntry[] {
    const taken = this.#timeline;
    this.#timeline = [];
    return taken;
  }

  /**
   * Says something that is not of the flow, such as «please wait», in place of what is being said. The engine does not know of it: give
   * it `resumed` afterwards.
   */
  sayAside(parts: readonly SpokenPart[], silenceMs: number): void {
    this.close();
    this.#stopLast();
    this.#asides += 1;
    this.#say(`aside-${this.#asides}`, parts, silenceMs);
  }

  /** What follows need not wait for it to be over. */
  endAside(): void {
    this.#stopLast();
  }

  /** Ends every wait of the talk; the leg is somebody else's concern. */
  close(): void {
    this.#stopWaiting();
    this.#lookup?.abort();
    this.#lookup = null;
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #carryOut(command: EngineCommand, at: number): void {
    switch (command.type) {
      case 'say':
        if (command.parts.length > 0) {
          const detail = promptDetail(this.#prepared, command);
          this.#note({ at, type: 'prompt', step: command.step, detail });
        }
        return this.#say(command.promptId, command.parts, command.silenceMs);
      case 'stop':
        this.#speaksUntil = null;
        return this.#send(this.#deps.telephony.stopPrompt(this.#leg, command.promptId));
      case 'wait_for_key':
        return this.#wait(command.timerId, command.limitMs);
      case 'stop_waiting':
        return this.#stopWaiting();
      case 'record': {
        const { recordingId, maxDurationMs, maxSilenceMs } = command;
        const recording = { recordingId, side: 'phone', maxDurationMs, maxSilenceMs } as const;
        return this.#send(this.#deps.telephony.record(this.#leg, recording));
      }
      case 'stop_recording':
        return this.#stopRecording(command);
      case 'look_up':
        return this.#lookUp(command);
      case 'abort_lookup':
        this.#lookup?.abort();
        this.#lookup = null;
        return;
      case 'transfer':
        return this.#deps.transfers.want(command);
      case 'end_transfer':
        return this.#deps.transfers.end(command.transferId);
      case 'report':
        return this.#noteFact(command.fact, at);
      case 'hang_up':
        return this.#deps.onFlowOver();
      default:
        return unreachable(command);
    }
  }

  /** Else a question that is said anew would queue behind the words that still run. */
  #stopLast(): void {
    if (this.#lastPromptId !== null)
      this.#send(this.#deps.telephony.stopPrompt(this.#leg, this.#lastPromptId));
    this.#lastPromptId = null;
  }

  #say(promptId: string, parts: readonly SpokenPart[], silenceMs: number): void {
    this.#lastPromptId = promptId;
    const speechMs = parts.reduce((sum, part) => sum + lengthMs(this.#prepared, part), 0);
    this.#speaksUntil = speechMs > 0 ? this.#deps.clock.now() + speechMs : null;
    this.#send(
      this.#deps.telephony.say(this.#leg, { promptId, sounds: soundsOf(this.#prepared, parts), silenceMs }),
    );
  }

  hangUp(): void {
    this.#send(this.#deps.telephony.hangUp(this.#leg));
  }

  get asides(): PreparedSpeech['asides'] {
    return speechIn(this.#prepared, this.#session.language).asides;
  }

  #stopRecording({ recordingId, keep }: EngineCommand & { type: 'stop_recording' }): void {
    const { telephony, onRecordingOver } = this.#deps;
    const stopped = telephony.stopRecording(this.#leg, recordingId).then((result) => {
      if (result === 'gone' && keep) onRecordingOver(recordingId);
    });
    this.#send(stopped);
  }

  /** A slow answer to an earlier question is of no use to anybody. */
  #lookUp({ lookupId, request, limitMs }: EngineCommand & { type: 'look_up' }): void {
    this.#lookup?.abort();
    const ending = new AbortController();
    this.#lookup = ending;
    const { clock, lookUp, onLookedUp } = this.#deps;
    const id = `${this.#leg}.${lookupId}`;
    void lookUp({ request, limitMs, id, signal: ending.signal }).then((result) => {
      if (!ending.signal.aborted) onLookedUp({ type: 'lookup_result', at: clock.now(), lookupId, result });
    });
  }

  /** A request to a leg that is gone resolves; what rejects is a lost connection, after which the call is taken up again. */
  #send(request: Promise<unknown>): void {
    request.catch(this.#deps.onFault);
  }

  #wait(timerId: string, limitMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.setTimer(limitMs, () => this.#deps.onTimeout(timerId));
  }

  #noteFact(fact: FlowFact, at: number): void {
    const line = timelineLineOf(fact);
    if (line !== null) this.#note({ at, ...line });
  }

  #note(entry: Pick<TimelineEntry, 'at' | 'type' | 'step' | 'detail'> & { key?: string }): void {
    this.#timeline.push({ attempt: this.#attempt, key: null, ...entry });
  }

  #voiceMessageOf(fact: Extract<FlowFact, { type: 'voice_message_recorded' }>): VoiceMessage {
    const prompt = promptIdOf(this.#prepared.flow.steps.get(fact.question));
    const { voiceMessage, referenceNumber, durationMs } = fact.message;
    return {
      id: voiceMessage as VoiceMessageId,
      question: fact.question,
      attempt: this.#attempt,
      ...{ referenceNumber, durationMs, recordedAt: fact.at },
      prompt: prompt === undefined ? null : { id: prompt, language: this.#session.language },
    };
  }

  #responseOf(fact: Extract<FlowFact, { type: 'response_recorded' }>): CallResponse {
    const { value, key, at, correct, askedIn } = fact.response;
    const words =
      askedIn === undefined ? {} : { consent: { flow: this.#prepared.reference, language: askedIn } };
    return {
      question: fact.question,
      value,
      key,
      givenOn: 'call',
      attempt: this.#attempt,
      at,
      correct,
      person: fact.person,
      ...words,
    };
  }
}
