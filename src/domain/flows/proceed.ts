import { stepOf } from './compile-flow.ts';
import { isAsking, maxSteps, type Key, type StepDefinition } from './flow-definition.ts';
import type { FlowEnding } from './flow-session.ts';
import { beginOptOut } from './opt-out.ts';
import { peopleOf } from './people-of.ts';
import { forgetPerson } from './steps/know-person.ts';
import type { Onward } from './step-behaviour.ts';
import { behaviourOf } from './step-behaviours.ts';
import { abandonLookup } from './steps/lookup-step.ts';
import { abandonTransfer } from './steps/transfer-step.ts';
import { keepRecorded } from './steps/voice-message-step.ts';
import { beQuiet, report, reportKey, type Turn } from './turn.ts';

/** More than any valid flow can pass between two waits: every step and every key that was pressed ahead. */
const mostMoves = 2 * maxSteps + 100;

/** Moves on until somebody must be waited for. */
export function proceed(turn: Turn, first: Onward): void {
  let onward = first;
  for (let moves = 0; moves < mostMoves; moves += 1) {
    if (onward === 'stay') return;
    if (onward === 'opt_out') {
      abandonLookup(turn);
      abandonTransfer(turn, 'abandoned');
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
  session.transfer = null;
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

/** Gives the key to whom it belongs. */
export function takeKey(turn: Turn, key: Key): Onward {
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

/** Back to the present step after something came between; a question that is settled is left. */
export function sayAnew(turn: Turn): Onward {
  const step = presentStep(turn);
  if (step === null) return failed(turn);
  if (!turn.session.settled) return 'ask';
  return { goTo: behaviourOf(step).leave(turn.flow, step, turn.session) };
}

export function finish(turn: Turn, ending: FlowEnding): void {
  beQuiet(turn);
  if (ending === 'flow_ended') {
    noteLeft(turn);
    turn.session.step = null;
  }
  end(turn, ending);
  turn.commands.push({ type: 'hang_up' });
}

export function end(turn: Turn, ending: FlowEnding): void {
  const { session } = turn;
  keepRecorded(turn);
  abandonLookup(turn);
  abandonTransfer(turn, 'caller_hung_up');
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
export function presentStep(turn: Turn) {
  const { session, flow } = turn;
  return session.step === null ? null : (flow.steps.get(session.step) ?? null);
}

function failed(turn: Turn): Onward {
  finish(turn, 'failed');
  return 'stay';
}
