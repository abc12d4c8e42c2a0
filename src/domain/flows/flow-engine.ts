import { unreachable } from '../../lib/assert.ts';
import type { Flow } from './compile-flow.ts';
import { isAsking, type Key } from './flow-definition.ts';
import type {
  EngineInput,
  EngineStep,
  FlowSession,
  LookupResult,
  Resumption,
  SessionPhase,
} from './flow-session.ts';
import { takeOptOutKey } from './opt-out.ts';
import { end, finish, presentStep, proceed, sayAnew, takeKey } from './proceed.ts';
import type { Onward } from './step-behaviour.ts';
import { behaviourOf } from './step-behaviours.ts';
import { settleLookup } from './steps/lookup-step.ts';
import { joinPerson, settleTransfer } from './steps/transfer-step.ts';
import { endRecording, type EndedRecording } from './steps/voice-message-step.ts';
import {
  beginTurn,
  beQuiet,
  goOnRecording,
  ignoreKey,
  keepAhead,
  listen,
  promptIsOver,
  recordingIsOver,
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

function handle(turn: Turn, input: EngineInput): void {
  const { phase } = turn.session;
  if (phase.phase === 'ended') return handleAfterEnd(turn, input);
  switch (input.type) {
    case 'started':
      return phase.phase === 'idle'
        ? proceed(turn, { goTo: turn.session.step })
        : ignore(turn, 'the talk has started already');
    case 'resumed':
      return resume(turn, input);
    case 'key':
      return pressKey(turn, input.key);
    case 'prompt_ended':
      return endPrompt(turn, input.promptId);
    case 'timeout':
      return endWait(turn, input.timerId);
    case 'recording_ended':
      return recorded(turn, input.recordingId, { isTooLoud: false, ...input });
    case 'recording_failed':
      return recorded(turn, input.recordingId, { message: null, isTooLoud: false });
    case 'lookup_result':
      return lookedUp(turn, input.lookupId, input.result);
    case 'machine_detected':
      return endAtMachine(turn);
    case 'transfer_joined':
      return isPresent(turn, input.transferId) && turn.session.transfer?.joinedAt === null
        ? joinPerson(turn)
        : ignore(turn, `«${input.transferId}» is not what is waited for`);
    case 'transfer_ended':
      return transferOver(turn, input);
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
  if (input.type === 'machine_detected' && turn.session.ending !== 'hung_up') return endAtMachine(turn);
  if (input.type === 'key') {
    turn.session.human = true;
    reportKey(turn, input.key, 'ignored');
  }
  ignore(turn, 'the flow has ended');
}

/** It may have «heard» the whole flow before it fell silent. */
function endAtMachine(turn: Turn): void {
  const { session } = turn;
  if (session.human) return ignore(turn, 'a person has proven to be there');
  if (session.transfer !== null) return ignore(turn, 'somebody else is called for them');
  if (session.lastRecording > 0) return ignore(turn, 'somebody was asked to speak');
  session.ending = 'machine';
  finish(turn, 'machine');
}

function pressKey(turn: Turn, key: Key): void {
  const { session } = turn;
  const { phase, lateTerminator } = session;
  if (phase.phase === 'idle' || phase.phase === 'ended')
    return ignoreKey(turn, key, 'the talk has not started');
  session.human = true;
  session.lateTerminator = null;
  if (lateTerminator?.key === key && turn.at <= lateTerminator.until) return reportKey(turn, key, 'taken');
  if (phase.phase === 'joined') return ignoreKey(turn, key, 'the person talks to somebody else');
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
    case 'transfer':
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

function recorded(turn: Turn, recordingId: string, sound: EndedRecording): void {
  const { phase } = turn.session;
  const step = presentStep(turn);
  if (phase.phase !== 'recording' || phase.recordingId !== recordingId || step?.type !== 'voice_message')
    return ignore(turn, `«${recordingId}» is not what is being recorded`);
  recordingIsOver(turn);
  proceed(turn, endRecording(turn, step, sound));
}

function lookedUp(turn: Turn, lookupId: string, result: LookupResult): void {
  const { lookup } = turn.session;
  const step = presentStep(turn);
  if (lookup?.lookupId !== lookupId || lookup.settled !== null || step?.type !== 'lookup')
    return ignore(turn, `«${lookupId}» is not what is being looked up`);
  proceed(turn, settleLookup(turn, step, result));
}

function isPresent(turn: Turn, transferId: string): boolean {
  return turn.session.transfer?.transferId === transferId && presentStep(turn)?.type === 'transfer';
}

function transferOver(
  turn: Turn,
  { transferId, result }: Extract<EngineInput, { type: 'transfer_ended' }>,
): void {
  const step = presentStep(turn);
  if (!isPresent(turn, transferId) || step?.type !== 'transfer')
    return ignore(turn, `«${transferId}» is not what goes on`);
  proceed(turn, settleTransfer(turn, step, result));
}

/** After a crash: the question is heard again, and nothing that was pressed half counts. */
function resume(turn: Turn, on: Resumption): void {
  const { session } = turn;
  session.lastRecording = Math.max(session.lastRecording, on.lastRecording ?? 0);
  const step = presentStep(turn);
  if (on.recordingGoesOn === true && session.phase.phase === 'recording') return goOnRecording(turn);
  if (on.talkGoesOn === true && session.phase.phase === 'joined') return;
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

function ignore(turn: Turn, reason: string): void {
  turn.ignored = reason;
}
