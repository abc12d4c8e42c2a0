import { unreachable } from '../../lib/assert.ts';
import { stepOf, type Flow } from './compile-flow.ts';
import { isAsking, maxSteps, type Key, type StepDefinition } from './flow-definition.ts';
import type {
  EngineInput,
  EngineStep,
  FlowEnding,
  FlowSession,
  LookupResult,
  RecordedMessage,
  SessionPhase,
} from './flow-session.ts';
import { beginOptOut, takeOptOutKey } from './opt-out.ts';
import { peopleOf } from './people-of.ts';
import { forgetPerson } from './steps/know-person.ts';
import type { Onward } from './step-behaviour.ts';
import { behaviourOf } from './step-behaviours.ts';
import { abandonLookup, settleLookup } from './steps/lookup-step.ts';
import { endRecording, keepRecorded } from './steps/voice-message-step.ts';
import {
  beginTurn,
  beQuiet,
  goOnRecording,
  ignoreKey,
  keepAhead,
  listen,
  promptIsOver,
  recordingIsOver,
  report,
  reportKey,
  type Turn,
} from './turn.ts';

/**
 * The engine: one input in, the next session and commands out. It has no clock and no I/O, so that a rehearsal, a test and a real
 * call run the same code.
 *
 * - Every wait has a timer or a prompt whose end is told; what carries another id than the one that runs is stale, and ignored.
 * - Who gets a key: first a confirmation that is going on, then the step that uses it, then the flow's own keys, then the step as a wrong key.
 * - Steps that say nothing are passed in one turn, by a loop and not by recursion, within a budget.
 */
export function advance(flow: Flow, session: FlowSession, input: EngineInput): EngineStep {
  const turn = beginTurn(flow, session, input.at);
  handle(turn, input);
  return { session: turn.session, commands: turn.commands, ignored: turn.ignored };
}

/** More than any valid flow can pass between two waits: every step and every key that was pressed ahead. */
const mostMoves = 2 * maxSteps + 100;

function handle(turn: Turn, input: EngineInput): void {
  const { phase } = turn.session;
  if (phase.phase === 'ended') return handleAfterEnd(turn, input);
  switch (input.type) {
    case 'started':
      return phase.phase === 'idle'
        ? proceed(turn, { goTo: turn.session.step })
        : ignore(turn, 'the talk has started already');
    case 'resumed':
      return resume(turn, input.recordingGoesOn === true);
    case 'key':
      return pressKey(turn, input.key);
    case 'prompt_ended':
      return endPrompt(turn, input.promptId);
    case 'timeout':
      return endWait(turn, input.timerId);
    case 'recording_ended':
      return recorded(turn, input.recordingId, input.message);
    case 'recording_failed':
      return recorded(turn, input.recordingId, null);
    case 'lookup_result':
      return lookedUp(turn, input.lookupId, input.result);
    case 'hung_up':
      beQuiet(turn);
      turn.commands.splice(
        0,
        Infinity,
        ...turn.commands.filter((command) => command.type === 'stop_waiting'),
      );
      return end(turn, 'hung_up');
    default:
      return unreachable(input);
  }
}

/** The line is being hung up, and may have been asked to before a crash. */
function handleAfterEnd(turn: Turn, input: EngineInput): void {
  if (input.type === 'resumed' && turn.session.ending !== 'hung_up') {
    turn.commands.push({ type: 'hang_up' });
    return;
  }
  if (input.type === 'key') reportKey(turn, input.key, 'ignored');
  ignore(turn, 'the flow has ended');
}

/** Moves on until somebody must be waited for. */
function proceed(turn: Turn, first: Onward): void {
  let onward = first;
  for (let moves = 0; moves < mostMoves; moves += 1) {
    if (onward === 'stay') return;
    if (onward === 'opt_out') {
      abandonLookup(turn);
      return beginOptOut(turn);
    }
    if (onward === 'ask') onward = ask(turn);
    else if (onward.goTo === null) return finish(turn, 'flow_ended');
    else onward = enter(turn, onward.goTo);
  }
  finish(turn, 'failed');
}

function enter(turn: Turn, id: string): Onward {
  const { session, flow } = turn;
  if (!flow.steps.has(id)) return failed(turn);
  beQuiet(turn);
  if (session.step !== id) noteLeft(turn);
  if (id === flow.personStep) askAnew(turn);
  session.step = id;
  session.settled = false;
  session.confirming = null;
  session.recorded = null;
  session.lookup = null;
  session.attempts = { noInput: 0, invalid: 0 };
  const step = stepOf(flow, id);
  if (isPassed(turn, step)) return { goTo: behaviourOf(step).leave(flow, step, session) };
  report(turn, { type: 'step_entered', step: id });
  return behaviourOf(step).enter(turn, step);
}

/** The flow comes to the question who is there: for whoever was there until now it has ended. */
function askAnew(turn: Turn): void {
  const { session, flow } = turn;
  session.people = peopleOf(flow, { ...session, ending: session.person === null ? null : 'flow_ended' });
  forgetPerson(session);
}

/**
 * A question that was answered before this talk is passed, once: where the flow comes back to it, as to a menu, it is asked. So no circle of
 * answered questions can run by itself.
 */
function isPassed({ session }: Turn, step: StepDefinition): boolean {
  if (!isAsking(step) || session.met.includes(step.id)) return false;
  session.met.push(step.id);
  if (step.type === 'person') return false;
  if (!Object.hasOwn(session.responses, step.id)) return false;
  session.passed.push(step.id);
  return true;
}

/** Says the present step's own words; keys that were pressed ahead answer a question unasked, unless it must be heard. */
function ask(turn: Turn): Onward {
  const { session } = turn;
  const step = presentStep(turn);
  if (step === null) return failed(turn);
  const [key, ...later] = session.ahead;
  const mayGoUnheard = isAsking(step) && (step.barge_in !== false || session.phase.phase === 'listening');
  if (key === undefined || !mayGoUnheard || session.confirming !== null)
    return behaviourOf(step).ask(turn, step);
  session.ahead = later;
  turn.fromAhead = true;
  const onward = takeKey(turn, key);
  turn.fromAhead = false;
  return onward;
}

function pressKey(turn: Turn, key: Key): void {
  const { session } = turn;
  const { phase, lateTerminator } = session;
  if (phase.phase === 'idle' || phase.phase === 'ended')
    return ignoreKey(turn, key, 'the talk has not started');
  session.human = true;
  session.lateTerminator = null;
  if (lateTerminator?.key === key && turn.at <= lateTerminator.until) return reportKey(turn, key, 'taken');
  switch (phase.purpose) {
    case 'goodbye':
      return ignoreKey(turn, key, 'the call is at its goodbye');
    case 'confirm_opt_out':
      return pressOptOutKey(turn, key);
    case 'after_response':
    case 'lookup':
      return proceed(turn, keyAfterResponse(turn, key));
    case 'step':
    case 'step_again':
    case 'confirm':
      return proceed(turn, takeKey(turn, key));
    default:
      return unreachable(phase);
  }
}

function pressOptOutKey(turn: Turn, key: Key): void {
  const decision = takeOptOutKey(turn, key);
  if (decision === 'declined') return proceed(turn, sayAnew(turn));
  if (turn.session.phase.phase === 'idle') finish(turn, 'opted_out');
}

function keyAfterResponse(turn: Turn, key: Key): Onward {
  if (key !== turn.flow.definition.keys?.opt_out) {
    keepAhead(turn, key);
    return 'stay';
  }
  reportKey(turn, key, 'opt_out');
  return 'opt_out';
}

/** Gives the key to whom it belongs. */
function takeKey(turn: Turn, key: Key): Onward {
  const { session, flow } = turn;
  const step = presentStep(turn);
  if (step === null) return failed(turn);
  const behaviour = behaviourOf(step);
  const { repeat, opt_out: optOut } = flow.definition.keys ?? {};
  if (behaviour.owns(turn, step, key) || (key !== repeat && key !== optOut))
    return behaviour.takeKey(turn, step, key);
  reportKey(turn, key, key === repeat ? 'repeat' : 'opt_out');
  session.ahead = [];
  return key === repeat ? 'ask' : 'opt_out';
}

function endPrompt(turn: Turn, promptId: string): void {
  const { phase } = turn.session;
  if (phase.phase !== 'speaking' || phase.promptId !== promptId) {
    return ignore(turn, `«${promptId}» is not the prompt that is being spoken`);
  }
  const step = presentStep(turn);
  const purpose = promptIsOver(turn);
  if (purpose === 'goodbye') return finish(turn, turn.session.ending ?? 'flow_ended');
  if (step === null || purpose === null) return finish(turn, 'failed');
  if (purpose === 'after_response') return proceed(turn, sayAnew(turn));
  if (purpose === 'confirm_opt_out') {
    const limitMs = turn.flow.defaults.firstKeyTimeoutMs;
    return listen(turn, { limitMs, mostMs: limitMs, purpose });
  }
  proceed(turn, behaviourOf(step).promptEnded(turn, step));
}

function endWait(turn: Turn, timerId: string): void {
  const { phase } = turn.session;
  if ((phase.phase !== 'listening' && phase.phase !== 'recording') || phase.timerId !== timerId) {
    return ignore(turn, `«${timerId}» is not the limit that runs`);
  }
  turn.session.phase = { ...phase, timerId: null };
  const step = presentStep(turn);
  if (step === null) return finish(turn, 'failed');
  proceed(turn, phase.purpose === 'confirm_opt_out' ? sayAnew(turn) : behaviourOf(step).silence(turn, step));
}

function recorded(turn: Turn, recordingId: string, message: RecordedMessage | null): void {
  const { phase } = turn.session;
  const step = presentStep(turn);
  if (phase.phase !== 'recording' || phase.recordingId !== recordingId || step?.type !== 'voice_message')
    return ignore(turn, `«${recordingId}» is not what is being recorded`);
  recordingIsOver(turn);
  proceed(turn, endRecording(turn, step, message));
}

function lookedUp(turn: Turn, lookupId: string, result: LookupResult): void {
  const { lookup } = turn.session;
  const step = presentStep(turn);
  if (lookup?.lookupId !== lookupId || lookup.settled !== null || step?.type !== 'lookup')
    return ignore(turn, `«${lookupId}» is not what is being looked up`);
  proceed(turn, settleLookup(turn, step, result));
}

/** After a crash: the question is heard again, and nothing that was pressed half counts. */
function resume(turn: Turn, recordingGoesOn: boolean): void {
  const { session } = turn;
  const step = presentStep(turn);
  if (recordingGoesOn && session.phase.phase === 'recording') return goOnRecording(turn);
  const wasIdle = session.phase.phase === 'idle';
  session.phase = forgetPrompt(turn);
  session.lateTerminator = null;
  if (wasIdle) return proceed(turn, { goTo: session.step });
  if (session.ending !== null) return finish(turn, session.ending);
  if (step !== null && isAsking(step)) session.ahead = [];
  proceed(turn, sayAnew(turn));
}

/** Whether the old prompt still runs is for whoever takes the leg up again to know; it is stopped all the same. Nobody can say how much of it was heard. */
function forgetPrompt(turn: Turn): SessionPhase {
  const { phase } = turn.session;
  if (phase.phase === 'recording') beQuiet(turn);
  if (phase.phase === 'listening' && phase.timerId !== null) turn.commands.push({ type: 'stop_waiting' });
  if (phase.phase === 'speaking' || (phase.phase === 'listening' && phase.promptId !== null)) {
    turn.commands.push({ type: 'stop', promptId: phase.promptId ?? '' });
  }
  return { phase: 'idle' };
}

/** Back to the present step after something came between; a question that is settled is left. */
function sayAnew(turn: Turn): Onward {
  const step = presentStep(turn);
  if (step === null) return failed(turn);
  if (!turn.session.settled) return 'ask';
  return { goTo: behaviourOf(step).leave(turn.flow, step, turn.session) };
}

function finish(turn: Turn, ending: FlowEnding): void {
  beQuiet(turn);
  if (ending === 'flow_ended') {
    noteLeft(turn);
    turn.session.step = null;
  }
  end(turn, ending);
  turn.commands.push({ type: 'hang_up' });
}

function end(turn: Turn, ending: FlowEnding): void {
  const { session } = turn;
  keepRecorded(turn);
  abandonLookup(turn);
  session.ending ??= ending;
  session.phase = { phase: 'ended' };
  report(turn, { type: 'flow_ended', ending: session.ending });
}

function noteLeft(turn: Turn): void {
  const { session, flow } = turn;
  if (session.step !== null && session.step === flow.definition.complete_after)
    session.completionHeard = true;
}

/** The flow of a stored session can only lack its step when a stored flow was changed by hand. */
function presentStep(turn: Turn) {
  const { session, flow } = turn;
  return session.step === null ? null : (flow.steps.get(session.step) ?? null);
}

function failed(turn: Turn): Onward {
  finish(turn, 'failed');
  return 'stay';
}

function ignore(turn: Turn, reason: string): void {
  turn.ignored = reason;
}
