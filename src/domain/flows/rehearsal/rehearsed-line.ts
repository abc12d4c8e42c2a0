import { assert, unreachable } from '../../../lib/assert.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import type { PartLength } from '../../prompts/part-length.ts';
import type { Flow } from '../compile-flow.ts';
import type { Key } from '../flow-definition.ts';
import { advance } from '../flow-engine.ts';
import type { EngineCommand, EngineInput, FlowFact, FlowSession } from '../flow-session.ts';

/** What happened on the line, in order; `afterMs` is counted from the moment at which the phone was answered. */
export type RehearsedEntry =
  | {
      type: 'prompt';
      afterMs: number;
      step: string;
      parts: RehearsedPart[];
      durationMs: number;
      /** Less than its duration where something cut it short. */
      heardMs: number;
    }
  | { type: 'fact'; afterMs: number; fact: FlowFact };

export interface RehearsedPart extends PartLength {
  part: SpokenPart;
}

interface RunningPrompt {
  id: string;
  /** Null once its words are over and only its silence runs. */
  endsAt: number | null;
  entry: Extract<RehearsedEntry, { type: 'prompt' }> | null;
}

/**
 * A phone line that is not there, on a clock of its own: it carries out what the engine commands, as telephony does, and writes down what a
 * person would hear. Nothing happens on it by itself: `wait` lets time go on to the next end of a prompt or of a limit.
 */
export class RehearsedLine {
  readonly entries: RehearsedEntry[] = [];
  /** Milliseconds since the phone was answered. */
  now = 0;
  session: FlowSession;
  readonly #flow: Flow;
  readonly #lengthOf: (part: SpokenPart) => PartLength;
  #prompt: RunningPrompt | null = null;
  #timer: { id: string; at: number } | null = null;
  #recording: { id: string; startedAt: number; silentAt: number } | null = null;
  /** What follows from a command at once, told when all commands were carried out. */
  #next: EngineInput | null = null;
  /** A transfer that will fail when the words about it are over: a rehearsal calls nobody. */
  #unjoined: string | null = null;
  #spokenTo = false;
  #hungUp = false;

  constructor(flow: Flow, session: FlowSession, lengthOf: (part: SpokenPart) => PartLength) {
    this.#flow = flow;
    this.session = session;
    this.#lengthOf = lengthOf;
    this.#feed({ type: 'started', at: this.now });
  }

  get isOver(): boolean {
    return this.#hungUp;
  }

  /**
   * Whether the person is asked for something that they have not reacted to: the words are over and a limit runs. After a key, the next asking
   * begins when something was said again, as a handset hears it; a question that has no words is one all the same.
   */
  get isAsking(): boolean {
    const isWaiting = this.#timer !== null && this.#prompt?.endsAt == null;
    return isWaiting && (this.#spokenTo || this.session.typed.length === 0);
  }

  /** When the next thing will happen by itself. */
  get nextAt(): number {
    const recording = this.#recording?.silentAt ?? Infinity;
    return Math.min(this.#prompt?.endsAt ?? Infinity, this.#timer?.at ?? Infinity, recording);
  }

  /** Time goes on until the next thing happens by itself: a prompt ends, or a limit. */
  wait(): void {
    const at = this.nextAt;
    assert(at < Infinity, 'every wait of the engine ends by itself');
    this.now = at;
    if (this.#recording?.silentAt === at) this.#endRecording(this.#recording, false);
    else if (this.#prompt?.endsAt === at) this.#endPrompt(this.#prompt);
    else this.#endTimer();
  }

  /** The person lets some time go by, never so much that a limit ends: whoever wants to press does it in time. */
  hesitate(spanMs: number): void {
    const until = this.now + Math.min(spanMs, Math.floor(((this.#timer?.at ?? Infinity) - this.now) / 2));
    while (this.nextAt <= until) this.wait();
    this.now = Math.max(this.now, until);
  }

  press(key: Key): void {
    this.#spokenTo = false;
    this.#feed({ type: 'key', at: this.now, key });
  }

  /** The person says nothing and presses nothing until the gateway makes up its mind. */
  keepSilent(): void {
    this.#spokenTo = false;
    this.wait();
  }

  /** The line is cut, by the person or by a limit. */
  hangUp(): void {
    this.#hungUp = true;
    this.#feed({ type: 'hung_up', at: this.now });
    this.#silence();
  }

  #feed(input: EngineInput): void {
    const { session, commands } = advance(this.#flow, this.session, input);
    this.session = session;
    for (const command of commands) this.#carryOut(command);
    this.#feedNext();
  }

  #feedNext(): void {
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#feed(next);
  }

  #carryOut(command: EngineCommand): void {
    switch (command.type) {
      case 'say':
        return this.#say(command);
      case 'stop':
        if (this.#prompt?.id === command.promptId) this.#silence();
        return;
      case 'wait_for_key':
        this.#timer = { id: command.timerId, at: this.now + command.limitMs };
        return;
      case 'stop_waiting':
        this.#timer = null;
        return;
      case 'record': {
        const silentAt = this.now + command.maxSilenceMs;
        this.#recording = { id: command.recordingId, startedAt: this.now, silentAt };
        return;
      }
      case 'stop_recording':
        if (this.#recording !== null && command.keep) this.#endRecording(this.#recording, true);
        this.#recording = null;
        return;
      case 'look_up':
        this.#next = {
          ...{ type: 'lookup_result', at: this.now, lookupId: command.lookupId },
          result: { result: 'failed', problem: 'a rehearsal asks nobody' },
        };
        return;
      case 'abort_lookup':
        this.#next = null;
        return;
      case 'transfer':
        this.#unjoined = command.transferId;
        return;
      case 'end_transfer':
        this.#unjoined = null;
        return;
      case 'report':
        this.entries.push({ type: 'fact', afterMs: this.now, fact: command.fact });
        return;
      case 'hang_up':
        this.#hungUp = true;
        return;
      default:
        return unreachable(command);
    }
  }

  /** Whoever presses the key has spoken; whoever presses nothing has not. */
  #endRecording({ id, startedAt }: { id: string; startedAt: number }, hasSpoken: boolean): void {
    this.#recording = null;
    const message = {
      ...{ voiceMessage: `rehearsed-${id}`, referenceNumber: '1234566', recordingId: id },
      durationMs: this.now - startedAt,
    };
    const ended = { type: 'recording_ended' as const, at: this.now, recordingId: id };
    this.#next = { ...ended, message: hasSpoken ? message : null };
    if (!hasSpoken) this.#feedNext();
  }

  #say({ promptId, step, parts: spoken }: EngineCommand & { type: 'say' }): void {
    this.#silence();
    if (spoken.length === 0) {
      this.#prompt = { id: promptId, endsAt: null, entry: null };
      return;
    }
    const parts = spoken.map((part) => ({ part, ...this.#lengthOf(part) }));
    const durationMs = parts.reduce((sum, part) => sum + part.durationMs, 0);
    const entry = {
      type: 'prompt' as const,
      afterMs: this.now,
      step,
      parts,
      durationMs,
      heardMs: durationMs,
    };
    this.entries.push(entry);
    this.#spokenTo = true;
    this.#prompt = { id: promptId, endsAt: this.now + durationMs, entry };
  }

  /** Ends what is being said; what was not said yet is not heard. */
  #silence(): void {
    if (this.#prompt?.entry != null && this.#prompt.endsAt !== null)
      this.#prompt.entry.heardMs = this.now - this.#prompt.entry.afterMs;
    this.#prompt = null;
  }

  #endPrompt(prompt: RunningPrompt): void {
    this.#prompt = { ...prompt, endsAt: null };
    if (this.#unjoined !== null) return this.#failTransfer(this.#unjoined);
    this.#feed({ type: 'prompt_ended', at: this.now, promptId: prompt.id });
  }

  #failTransfer(transferId: string): void {
    this.#unjoined = null;
    this.#feed({ type: 'transfer_ended', at: this.now, transferId, result: 'failed' });
  }

  #endTimer(): void {
    const timer = this.#timer;
    assert(timer, 'a limit is running');
    this.#timer = null;
    this.#feed({ type: 'timeout', at: this.now, timerId: timer.id });
  }
}
