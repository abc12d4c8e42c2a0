import { assert, unreachable } from '../../src/lib/assert.ts';
import { collectSpokenParts } from '../../src/domain/flows/collect-spoken-parts.ts';
import type { Flow } from '../../src/domain/flows/compile-flow.ts';
import { advance } from '../../src/domain/flows/flow-engine.ts';
import type { Key } from '../../src/domain/flows/flow-definition.ts';
import type {
  EngineCommand,
  EngineInput,
  FlowFact,
  FlowSession,
  LookupRequest,
  LookupResult,
  RecordedMessage,
} from '../../src/domain/flows/flow-session.ts';
import { ComingTransfers, type ComingTransfer } from './coming-transfers.ts';
import { spokenPartKey, type SpokenPart } from '../../src/domain/prompts/spoken-part.ts';

const msPerLetter = 60;
const beepMs = 400;
const musicMs = 9_600;
/** Less than this is taken for a cough. */
const leastSpeechMs = 500;
/** Of things that happen by themselves: more means that the engine runs in circles. */
const mostWaits = 1_000;

/** How long a part sounds on this line: it only has to be always the same. */
export function soundMs(part: SpokenPart): number {
  if (part.kind === 'beep') return beepMs;
  if (part.kind === 'music') return musicMs;
  if (part.kind === 'pause' || part.kind === 'own_words') return part.durationMs;
  return wordsIn(part).length * msPerLetter;
}

/** A prompt that has words of the gateway's is those words; another one is told by its id. */
function wordsIn(part: Exclude<SpokenPart, { kind: 'pause' }>): string {
  if (part.kind === 'recording') return part.hash;
  if (part.kind === 'beep' || part.kind === 'music') return `<${part.kind}>`;
  if (part.kind === 'own_words') return '<own words>';
  return part.kind === 'prompt' ? (part.text ?? `<${part.id}>`) : part.text;
}

/** What another system will answer, and when. */
export interface ComingReply {
  afterMs: number;
  result: LookupResult;
}

interface RunningRecording {
  isTooLoud: boolean;
  id: string;
  startedAt: number;
  maxDurationMs: number;
  maxSilenceMs: number;
  /** When the person was last heard. */
  heardAt: number;
  spokenMs: number;
}

interface RunningPrompt {
  id: string;
  step: string;
  endsAt: number | null;
  silenceUntil: number;
  heard: number;
}

/**
 * A phone line on a clock of its own, between the engine and whoever plays the person. It carries out the engine's commands as telephony does, and
 * holds the engine to its promises: one prompt at a time, no idle line while a key is waited for, no word that was not rendered before, no
 * word of another step, nothing after the end.
 */
export class FlowLine {
  readonly heard: string[] = [];
  readonly facts: FlowFact[] = [];
  /** What other systems were asked, in order. */
  readonly lookups: LookupRequest[] = [];
  now = 1_000_000;
  session: FlowSession;
  hungUp = false;
  readonly #flow: Flow;
  readonly #rendered: ReadonlySet<string>;
  #prompt: RunningPrompt | null = null;
  #timer: { id: string; at: number } | null = null;
  #recording: RunningRecording | null = null;
  #stopped: RunningRecording | null = null;
  /** Nobody is there any more to hear what is said. */
  #deaf = false;
  #kept = new Set<string>();
  #lookup: { id: string; at: number; result: LookupResult } | null = null;
  readonly #replies: ComingReply[];
  readonly transfers: ComingTransfers;
  #waits = 0;

  constructor(
    flow: Flow,
    session: FlowSession,
    {
      replies = [],
      transfers = [],
    }: { replies?: readonly ComingReply[]; transfers?: readonly ComingTransfer[] } = {},
  ) {
    this.#replies = [...replies];
    this.transfers = new ComingTransfers(transfers);
    this.#flow = flow;
    this.session = session;
    this.#rendered = new Set(collectSpokenParts(flow, session).map(spokenPartKey));
  }

  get isSpeaking(): boolean {
    return this.#prompt?.endsAt != null;
  }

  get speakingStep(): string | null {
    return this.isSpeaking ? (this.#prompt?.step ?? null) : null;
  }

  get isOver(): boolean {
    return this.hungUp || this.session.phase.phase === 'ended';
  }

  get isRecording(): boolean {
    return this.#recording !== null;
  }

  get isLookingUp(): boolean {
    return this.#lookup !== null;
  }

  start(): void {
    this.feed({ type: 'started', at: this.now });
  }

  press(key: Key): void {
    this.feed({ type: 'key', at: this.now, key });
  }

  /** The person speaks into the recording, at most for as long as it takes anything; perhaps louder than a line can carry. */
  speak(durationMs: number, isTooLoud = false): void {
    const recording = this.#recording;
    assert(recording, 'somebody records what is said');
    const spokenMs = Math.min(durationMs, recording.startedAt + recording.maxDurationMs - this.now);
    this.now += spokenMs;
    recording.spokenMs += spokenMs;
    recording.heardAt = this.now;
    recording.isTooLoud = isTooLoud;
  }

  /** The person hangs up; what was said before that is told first. */
  hangUp(): void {
    this.#cutHeard();
    this.#deaf = true;
    this.#endRecording();
    this.feed({ type: 'hung_up', at: this.now });
    this.hungUp = true;
  }

  /** Whoever listens to what comes from the phone takes it for an answering machine. */
  hearMachine(): void {
    this.feed({ type: 'machine_detected', at: this.now });
  }

  /** The program dies and another takes the call up with what was stored. */
  crash(): void {
    this.#cutHeard();
    this.#prompt = null;
    this.#timer = null;
    this.#lookup = null;
    this.session = JSON.parse(JSON.stringify(this.session)) as FlowSession;
    this.feed({ type: 'resumed', at: this.now, recordingGoesOn: this.isRecording, talkGoesOn: true });
  }

  /** Time goes on until the next thing happens by itself: a prompt ends or a limit is over. */
  wait(): void {
    this.#waits += 1;
    assert(this.#waits <= mostWaits, 'a call comes to its end by itself');
    const promptEndsAt = this.#prompt?.endsAt ?? Infinity;
    const timerAt = this.#timer?.at ?? Infinity;
    assert(
      promptEndsAt < Infinity || timerAt < Infinity || this.transfers.isJoined,
      'every wait of the engine ends by itself',
    );
    const lookupAt = this.#lookup?.at ?? Infinity;
    const next = Math.min(promptEndsAt, timerAt, this.#recordingEndsAt, lookupAt, this.transfers.nextAt);
    this.now = Math.max(this.now, next);
    if (next === this.#recordingEndsAt) this.#endRecording();
    else if (next === lookupAt) this.#endLookup();
    else if (next === this.transfers.nextAt) this.feed(this.transfers.happen(this.now));
    else if (next === promptEndsAt) this.#endPrompt();
    else this.#endTimer();
  }

  /** Lets half of what is left of the prompt be heard. */
  waitHalfway(): void {
    assert(this.#prompt?.endsAt != null, 'a prompt is being spoken');
    this.now += Math.floor((this.#prompt.endsAt - this.now) / 2);
  }

  pass(durationMs: number): void {
    this.now += Math.min(durationMs, Math.max(0, (this.#timer?.at ?? Infinity) - this.now - 1));
  }

  feed(input: EngineInput): void {
    const before = JSON.stringify(this.session);
    const { session, commands } = advance(this.#flow, this.session, input);
    assert(
      JSON.stringify(this.session) === before,
      'the engine does not change the session that it was given',
    );
    assert(
      JSON.stringify(JSON.parse(JSON.stringify(session))) === JSON.stringify(session),
      'a session is plain JSON',
    );
    this.session = session;
    for (const command of commands) this.#carryOut(command);
    if (this.#stopped !== null) this.#endRecording();
    this.#checkWaiting();
  }

  #carryOut(command: EngineCommand): void {
    assert(!this.hungUp, 'nothing is commanded after the line was hung up');
    switch (command.type) {
      case 'say':
        return this.#say(command);
      case 'stop':
        if (this.#prompt?.id === command.promptId) {
          this.#cutHeard();
          this.#prompt = null;
        }
        return;
      case 'wait_for_key':
        this.#timer = { id: command.timerId, at: this.now + command.limitMs };
        return;
      case 'stop_waiting':
        this.#timer = null;
        return;
      case 'record': {
        assert(this.#recording === null, 'one recording at a time');
        const { recordingId: id, maxDurationMs, maxSilenceMs } = command;
        this.#recording = {
          ...{ id, maxDurationMs, maxSilenceMs, spokenMs: 0 },
          ...{ startedAt: this.now, heardAt: this.now, isTooLoud: false },
        };
        return;
      }
      case 'stop_recording':
        assert(this.#recording?.id === command.recordingId, 'what is stopped is being recorded');
        if (command.keep) this.#stopped = this.#recording;
        this.#recording = null;
        return;
      case 'look_up':
        return this.#lookUp(command);
      case 'abort_lookup':
        assert(this.#lookup?.id === command.lookupId, 'what is aborted is being looked up');
        this.#lookup = null;
        return;
      case 'transfer':
        for (const part of command.whisper)
          assert(this.#rendered.has(spokenPartKey(part)), 'the whisper was rendered before the call');
        return this.transfers.begin(command, this.now);
      case 'end_transfer':
        return this.transfers.end(command.transferId);
      case 'report':
        this.facts.push(command.fact);
        return;
      case 'hang_up':
        this.hungUp = true;
        return;
      default:
        return unreachable(command);
    }
  }

  #say(command: EngineCommand & { type: 'say' }): void {
    assert(this.#prompt === null, 'a prompt is stopped before the next begins');
    assert(command.step === this.session.step, 'the engine speaks of the step that it is in');
    for (const part of command.parts) {
      assert(
        part.kind === 'own_words'
          ? this.#kept.has(part.recordingId)
          : this.#rendered.has(spokenPartKey(part)),
        `«${spokenPartKey(part)}» was rendered before the call`,
      );
    }
    const lengthMs = command.parts.reduce((sum, part) => sum + soundMs(part), 0);
    const endsAt = command.parts.length === 0 ? null : this.now + lengthMs;
    const silenceUntil = this.now + lengthMs + command.silenceMs;
    this.#prompt = {
      id: command.promptId,
      step: command.step,
      endsAt,
      silenceUntil,
      heard: this.heard.length,
    };
    const words = command.parts.flatMap((part) => (part.kind === 'pause' ? [] : [wordsIn(part)]));
    if (command.parts.length > 0 && !this.#deaf) this.heard.push(words.join(' '));
  }

  #endPrompt(): void {
    const prompt = this.#prompt;
    assert(prompt, 'a prompt is running');
    this.#prompt = prompt.silenceUntil > this.now ? { ...prompt, endsAt: null } : null;
    if (this.transfers.failsAfterWords) return this.feed(this.transfers.happen(this.now));
    this.feed({ type: 'prompt_ended', at: this.now, promptId: prompt.id });
  }

  get #recordingEndsAt(): number {
    const recording = this.#recording;
    if (recording === null) return Infinity;
    return Math.min(
      recording.startedAt + recording.maxDurationMs,
      recording.heardAt + recording.maxSilenceMs,
    );
  }

  #endRecording(): void {
    const recording = this.#stopped ?? this.#recording;
    if (recording === null) return;
    [this.#recording, this.#stopped] = [null, null];
    this.#kept.add(recording.id);
    const message: RecordedMessage = {
      voiceMessage: `vm_${this.#kept.size}`,
      referenceNumber: `12345${String(this.#kept.size).padStart(2, '0')}`,
      durationMs: this.now - recording.startedAt,
      recordingId: recording.id,
    };
    this.feed({
      ...{ type: 'recording_ended', at: this.now, recordingId: recording.id },
      message: recording.isTooLoud || recording.spokenMs < leastSpeechMs ? null : message,
      isTooLoud: recording.isTooLoud,
    });
  }

  #lookUp(command: EngineCommand & { type: 'look_up' }): void {
    assert(this.#lookup === null, 'one look-up at a time');
    this.lookups.push(command.request);
    const { afterMs, result } = this.#replies.shift() ?? {
      afterMs: 0,
      result: { result: 'failed', problem: 'a rehearsal asks nobody' },
    };
    this.#lookup = { id: command.lookupId, at: this.now + afterMs, result };
  }

  #endLookup(): void {
    const lookup = this.#lookup;
    assert(lookup, 'something is looked up');
    this.#lookup = null;
    this.feed({ type: 'lookup_result', at: this.now, lookupId: lookup.id, result: lookup.result });
  }

  #endTimer(): void {
    const timer = this.#timer;
    assert(timer, 'a limit is running');
    this.#timer = null;
    this.feed({ type: 'timeout', at: this.now, timerId: timer.id });
  }

  #cutHeard(): void {
    if (this.#prompt?.endsAt == null) return;
    this.heard[this.#prompt.heard] = `${this.heard[this.#prompt.heard] ?? ''} …`;
  }

  #checkWaiting(): void {
    if (this.#timer === null) return;
    assert(
      this.#prompt !== null && this.#prompt.endsAt === null,
      'a limit runs only after the prompt is over',
    );
    assert(this.#prompt.silenceUntil >= this.#timer.at, 'the line is not idle while a key is waited for');
  }
}
