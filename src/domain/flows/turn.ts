import type { SpokenPart } from '../prompts/spoken-part.ts';
import type { Flow } from './compile-flow.ts';
import type { Key } from './flow-definition.ts';
import type { EngineCommand, FlowFact, FlowSession, KeyUse, PromptPurpose } from './flow-session.ts';
import { systemPrompt, type WordId } from '../prompts/built-in-words.ts';
import { longestMessageMs } from './steps/voice-message-definition.ts';

/**
 * One input's turn: a draft of the session, which the input's handlers change, and the commands that they give. At most one prompt and
 * one timer are alive at any time; `beQuiet` ends both, and every new prompt begins with it.
 */
export interface Turn {
  readonly flow: Flow;
  readonly session: FlowSession;
  /** The instant of the input. */
  readonly at: number;
  readonly commands: EngineCommand[];
  /** Whether the key in hand was pressed earlier: its use was reported then. */
  fromAhead: boolean;
  /** Why the input has no effect, if it has none. */
  ignored: string | null;
}

/** Silence goes on for this long after a limit, so that the line is never idle while the timer's message travels. */
const silenceAfterLimitMs = 2_000;
const mostKeysAhead = 32;
/** From the end of a recording until it is stored and told of. */
const recordingGraceMs = 8_000;
const longestRecordingMs = longestMessageMs + recordingGraceMs;

export function beginTurn(flow: Flow, session: FlowSession, at: number): Turn {
  return { flow, session: copyOf(session), at, commands: [], fromAhead: false, ignored: null };
}

export function report(turn: Turn, fact: FlowFact): void {
  turn.commands.push({ type: 'report', fact });
}

/** What became of a key. A key from ahead of time was reported when it was pressed. */
export function reportKey(turn: Turn, key: Key, use: KeyUse): void {
  if (!turn.fromAhead) report(turn, { type: 'key_pressed', step: turn.session.step, key, use });
}

/** Speaks, and then keeps silence for `waitMs` (and a little more) where keys are waited for. Without parts there is nothing to wait for: false. */
export function say(
  turn: Turn,
  prompt: { parts: SpokenPart[]; purpose: PromptPurpose; waitMs: number },
): boolean {
  beQuiet(turn);
  const welcome = welcomeWords(turn, prompt.purpose);
  const parts = [...welcome, ...prompt.parts];
  const purpose = welcome.length > 0 ? 'step_again' : prompt.purpose;
  if (parts.length === 0) return false;
  const silenceMs = silenceFor(prompt.waitMs);
  const promptId = nextPromptId(turn);
  turn.commands.push({ type: 'say', promptId, step: turn.session.step ?? '', parts, silenceMs });
  turn.session.phase = { phase: 'speaking', promptId, startedAt: turn.at, silenceMs, purpose };
  return true;
}

/** Starts the limit for the next key. The line must not be idle meanwhile: where no prompt's silence runs, silence of its own is begun. */
export function listen(turn: Turn, wait: { limitMs: number; mostMs: number; purpose: PromptPurpose }): void {
  const { session } = turn;
  const running = session.phase.phase === 'listening' ? session.phase.promptId : null;
  if (running === null) beQuiet(turn);
  const promptId = running ?? keepLineOpen(turn, wait.mostMs);
  session.lastTimer += 1;
  const timerId = `timer-${session.lastTimer}`;
  turn.commands.push({ type: 'wait_for_key', timerId, limitMs: wait.limitMs });
  session.phase = { phase: 'listening', promptId, timerId, purpose: wait.purpose };
}

/** Begins to record, with silence on the line meanwhile. Should its end never be told, a limit ends the wait. */
export function record(turn: Turn, limits: { maxDurationMs: number; maxSilenceMs: number }): void {
  const { session } = turn;
  beQuiet(turn);
  const limitMs = limits.maxDurationMs + recordingGraceMs;
  const promptId = keepLineOpen(turn, limitMs);
  session.lastTimer += 1;
  session.lastRecording += 1;
  const timerId = `timer-${session.lastTimer}`;
  const recordingId = `recording-${session.lastRecording}`;
  turn.commands.push({ type: 'wait_for_key', timerId, limitMs }, { type: 'record', recordingId, ...limits });
  session.phase = { phase: 'recording', recordingId, promptId, timerId, purpose: 'step' };
}

/** After a crash: the line is kept open for what is still being recorded. */
export function goOnRecording(turn: Turn): void {
  const { phase } = turn.session;
  if (phase.phase !== 'recording') return;
  turn.commands.push({ type: 'stop', promptId: phase.promptId });
  const promptId = keepLineOpen(turn, longestRecordingMs);
  turn.session.lastTimer += 1;
  const timerId = `timer-${turn.session.lastTimer}`;
  turn.commands.push({ type: 'wait_for_key', timerId, limitMs: longestRecordingMs });
  turn.session.phase = { ...phase, promptId, timerId };
}

/** The recording is over; the silence goes on until something is said. */
export function recordingIsOver(turn: Turn): void {
  const { phase } = turn.session;
  if (phase.phase !== 'recording') return;
  const { promptId, timerId, purpose } = phase;
  turn.session.phase = { phase: 'listening', promptId, timerId, purpose };
}

/** Ends the prompt, its silence and the timer, and notes how much was heard. */
export function beQuiet(turn: Turn): void {
  const { phase } = turn.session;
  if (phase.phase === 'speaking') {
    if (phase.purpose === 'step') noteHeard(turn, phase.startedAt);
    turn.commands.push({ type: 'stop', promptId: phase.promptId });
  }
  if (phase.phase === 'listening') {
    if (phase.timerId !== null) turn.commands.push({ type: 'stop_waiting' });
    if (phase.promptId !== null) turn.commands.push({ type: 'stop', promptId: phase.promptId });
  }
  if (phase.phase === 'recording') {
    if (phase.timerId !== null) turn.commands.push({ type: 'stop_waiting' });
    turn.commands.push(
      { type: 'stop_recording', recordingId: phase.recordingId, keep: false },
      { type: 'stop', promptId: phase.promptId },
    );
  }
  if (phase.phase !== 'ended') turn.session.phase = { phase: 'idle' };
}

/** The prompt was spoken to its end: what is left of it is silence, if it had any. */
export function promptIsOver(turn: Turn): PromptPurpose | null {
  const { phase } = turn.session;
  if (phase.phase !== 'speaking') return null;
  const { purpose } = phase;
  if (purpose === 'step' || purpose === 'step_again') noteHeard(turn, phase.startedAt);
  const promptId = phase.silenceMs > 0 ? phase.promptId : null;
  turn.session.phase = { phase: 'listening', promptId, timerId: null, purpose };
  return purpose;
}

/** Keeps a key for the step that comes. */
export function keepAhead(turn: Turn, key: Key): void {
  if (turn.session.ahead.length >= mostKeysAhead)
    return ignoreKey(turn, key, 'too many keys were pressed ahead of time');
  turn.session.ahead.push(key);
  reportKey(turn, key, 'kept_ahead');
}

export function ignoreKey(turn: Turn, key: Key, reason: string): void {
  turn.ignored = reason;
  reportKey(turn, key, 'ignored');
}

function keepLineOpen(turn: Turn, waitMs: number): string {
  const promptId = nextPromptId(turn);
  const silenceMs = silenceFor(waitMs);
  turn.commands.push({ type: 'say', promptId, step: turn.session.step ?? '', parts: [], silenceMs });
  return promptId;
}

function silenceFor(waitMs: number): number {
  return waitMs > 0 ? waitMs + silenceAfterLimitMs : 0;
}

/** The longest stretch counts: hearing the first half twice is not hearing the whole. */
function noteHeard(turn: Turn, startedAt: number): void {
  const { step, heardMs } = turn.session;
  if (step === null) return;
  const before = Object.hasOwn(heardMs, step) ? (heardMs[step] ?? 0) : 0;
  heardMs[step] = Math.max(before, turn.at - startedAt, 0);
}

function welcomeWords(turn: Turn, purpose: PromptPurpose): SpokenPart[] {
  const { session, flow } = turn;
  if (purpose !== 'step' && purpose !== 'step_again') return [];
  const ids: WordId[] = [];
  if (session.announceRecording) ids.push('system.call_recorded');
  if (session.welcomeBack) ids.push('system.welcome_back');
  [session.announceRecording, session.welcomeBack] = [false, false];
  return ids.flatMap((id) => systemPrompt(flow.words, { id, language: session.language }));
}

function nextPromptId(turn: Turn): string {
  turn.session.lastPrompt += 1;
  return `prompt-${turn.session.lastPrompt}`;
}

/** Deep enough that no change of the draft reaches the session that was given. */
function copyOf(session: FlowSession): FlowSession {
  return {
    ...session,
    variables: { ...session.variables },
    responses: { ...session.responses },
    heardMs: { ...session.heardMs },
    attempts: { ...session.attempts },
    met: [...session.met],
    passed: [...session.passed],
    typed: [...session.typed],
    ahead: [...session.ahead],
    givenUp: [...session.givenUp],
  };
}
