import { advance } from '../domain/flows/flow-engine.ts';
import type { EngineCommand, EngineInput, FlowFact, FlowSession } from '../domain/flows/flow-session.ts';
import type { CallResponse } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import { unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import type { LegId, Telephony } from '../telephony/telephony.ts';
import { renditionFor, soundsOf, speechIn, type PreparedCall, type PreparedSpeech } from './prepared-call.ts';

export interface TalkDependencies {
  telephony: Telephony;
  clock: Clock;
  onTimeout: (timerId: string) => void;
  /** A request was lost with the connection; the call is taken up again when it is back. */
  onFault: (error: unknown) => void;
}

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

  /** Gives the engine one input and carries out what it commands. `worthKeeping`: the session moved on in a way that a crash must not undo. */
  feed(input: EngineInput): { responses: CallResponse[]; optedOut: boolean; worthKeeping: boolean } {
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
      worthKeeping: facts.some((fact) => fact.type !== 'flow_ended'),
    };
  }

  /**
   * How long the words still last that follow from a response or an opt-out of the last input: they must not be heard to their end before
   * that is on record. Null where there are none.
   */
  get dependentSpeechMs(): number | null {
    return this.#dependentUntil === null ? null : this.#dependentUntil - this.#deps.clock.now();
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

  /** Ends every wait of the talk; the leg is somebody else's concern. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #carryOut(command: EngineCommand, at: number): void {
    switch (command.type) {
      case 'say':
        if (command.parts.length > 0)
          this.#note({ at, type: 'prompt', step: command.step, detail: { prompt_id: command.promptId } });
        return this.#say(command.promptId, command.parts, command.silenceMs);
      case 'stop':
        this.#speaksUntil = null;
        return this.#send(this.#deps.telephony.stopPrompt(this.#leg, command.promptId));
      case 'wait_for_key':
        return this.#wait(command.timerId, command.limitMs);
      case 'stop_waiting':
        return this.close();
      case 'report':
        return this.#noteFact(command.fact, at);
      case 'hang_up':
        return this.hangUp();
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
    const speechMs = parts.reduce(
      (sum, part) => sum + renditionFor(this.#prepared.renditions, part).durationMs,
      0,
    );
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

  /** A request to a leg that is gone resolves; what rejects is a lost connection, after which the call is taken up again. */
  #send(request: Promise<unknown>): void {
    request.catch(this.#deps.onFault);
  }

  #wait(timerId: string, limitMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.setTimer(limitMs, () => this.#deps.onTimeout(timerId));
  }

  #noteFact(fact: FlowFact, at: number): void {
    switch (fact.type) {
      case 'key_pressed':
        return this.#note({ at, type: 'key', step: fact.step, key: fact.key, detail: { use: fact.use } });
      case 'no_input':
        return this.#note({ at, type: 'no_key', step: fact.step, detail: { attempt: fact.attempt } });
      case 'invalid_input':
        return this.#note({ at, type: 'wrong_key', step: fact.step, detail: { attempt: fact.attempt } });
      case 'given_up':
        return this.#note({ at, type: 'given_up', step: fact.question, detail: {} });
      case 'flow_ended':
        return this.#note({ at, type: 'flow_ended', step: null, detail: { ending: fact.ending } });
      case 'step_entered':
        return this.#note({ at, type: 'step', step: fact.step, detail: {} });
      case 'response_recorded':
      case 'opted_out':
        return; // an event of its own, which the timeline has as well
      default:
        return unreachable(fact);
    }
  }

  #note(entry: Pick<TimelineEntry, 'at' | 'type' | 'step' | 'detail'> & { key?: string }): void {
    this.#timeline.push({ attempt: this.#attempt, key: null, ...entry });
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
