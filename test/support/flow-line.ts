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
} from '../../src/domain/flows/flow-session.ts';
import { spokenPartKey, type SpokenPart } from '../../src/domain/prompts/spoken-part.ts';

const msPerLetter = 60;
/** Of things that happen by themselves: more means that the engine runs in circles. */
const mostWaits = 1_000;

/** How long a part sounds on this line: it only has to be always the same. */
export function soundMs(part: SpokenPart): number {
  return part.kind === 'pause' ? part.durationMs : wordsIn(part).length * msPerLetter;
}

/** A prompt that has words of the gateway's is those words; another one is told by its id. */
function wordsIn(part: Exclude<SpokenPart, { kind: 'pause' }>): string {
  if (part.kind === 'recording') return part.hash;
  return part.kind === 'prompt' ? (part.text ?? `<${part.id}>`) : part.text;
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
  now = 1_000_000;
  session: FlowSession;
  hungUp = false;
  readonly #flow: Flow;
  readonly #rendered: ReadonlySet<string>;
  #prompt: RunningPrompt | null = null;
  #timer: { id: string; at: number } | null = null;
  #waits = 0;

  constructor(flow: Flow, session: FlowSession) {
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

  start(): void {
    this.feed({ type: 'started', at: this.now });
  }

  press(key: Key): void {
    this.feed({ type: 'key', at: this.now, key });
  }

  /** The person hangs up. */
  hangUp(): void {
    this.#cutHeard();
    this.feed({ type: 'hung_up', at: this.now });
    this.hungUp = true;
  }

  /** The program dies and another takes the call up with what was stored. */
  crash(): void {
    this.#cutHeard();
    this.#prompt = null;
    this.#timer = null;
    this.session = JSON.parse(JSON.stringify(this.session)) as FlowSession;
    this.feed({ type: 'resumed', at: this.now });
  }

  /** Time goes on until the next thing happens by itself: a prompt ends or a limit is over. */
  wait(): void {
    this.#waits += 1;
    assert(this.#waits <= mostWaits, 'a call comes to its end by itself');
    const promptEndsAt = this.#prompt?.endsAt ?? Infinity;
    const timerAt = this.#timer?.at ?? Infinity;
    assert(promptEndsAt < Infinity || timerAt < Infinity, 'every wait of the engine ends by itself');
    this.now = Math.min(promptEndsAt, timerAt);
    if (promptEndsAt <= timerAt) this.#endPrompt();
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
        this.#rendered.has(spokenPartKey(part)),
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
    if (command.parts.length > 0) this.heard.push(words.join(' '));
  }

  #endPrompt(): void {
    const prompt = this.#prompt;
    assert(prompt, 'a prompt is running');
    this.#prompt = prompt.silenceUntil > this.now ? { ...prompt, endsAt: null } : null;
    this.feed({ type: 'prompt_ended', at: this.now, promptId: prompt.id });
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
