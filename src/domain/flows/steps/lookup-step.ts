import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { durationMs, targetOf } from '../compile-flow.ts';
import type { LookupResult, SessionLookup } from '../flow-session.ts';
import { valueOf, voiceOf } from '../flow-values.ts';
import { lookupRequest, readLookup } from '../lookup.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { ignoreKey, listen, report, say, type Turn } from '../turn.ts';
import type { LookupStep } from './lookup-definition.ts';

/**
 * Asks another system while the person waits. What takes longer than a moment is bridged with «please wait», again and again, so that nobody
 * listens to silence; the result waits for the end of those words. Whatever goes wrong leads to `otherwise`.
 */
export const lookupStep: StepBehaviour<LookupStep> = {
  enter: () => 'ask',
  ask(turn, step) {
    const { session, flow, at } = turn;
    const limitMs = durationMs(step.time_limit, usualLimitMs);
    session.lastLookup += 1;
    const lookupId = `lookup-${session.lastLookup}`;
    session.lookup = { lookupId, until: at + limitMs, settled: null };
    const request = lookupRequest(step, (name) => valueOf(flow, session, name));
    listen(turn, { limitMs: patienceMs, mostMs: patienceMs, purpose: 'lookup' });
    turn.commands.push({ type: 'look_up', lookupId, step: step.id, request, limitMs });
    return 'stay';
  },
  owns: () => false,
  takeKey(turn, _step, key) {
    ignoreKey(turn, key, 'nothing is asked of the person now');
    return 'stay';
  },
  promptEnded(turn, step) {
    const { lookup } = turn.session;
    if (lookup?.settled) return leaveTo(turn, lookup.settled.goTo);
    return waitOn(turn, step, lookup);
  },
  silence(turn, step) {
    const { lookup } = turn.session;
    if (lookup === null || turn.at >= lookup.until) return giveUp(turn, step);
    const parts = waitWords(turn, step);
    return say(turn, { parts, purpose: 'lookup', waitMs: betweenWordsMs })
      ? 'stay'
      : waitOn(turn, step, lookup);
  },
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  sayings: (step) => [
    { pointer: '/wait/say', say: waitSaying(step) },
    ...Object.entries(step.values).flatMap(([variable, value]) =>
      value.as === 'prompt' ? [{ pointer: `/values/${variable}/prompts`, say: value.prompts }] : [],
    ),
  ],
  ownWords: () => [],
  otherWords: () => [],
  exits: (step) => [
    { pointer: '/next', target: step.next, needsKey: false },
    { pointer: '/otherwise', target: step.otherwise, needsKey: false },
  ],
};

const usualLimitMs = 5_000;
/** Most replies come sooner, and then nothing need be said. */
const patienceMs = 1_000;
/** With the time that a command takes this stays below 3 s of silence. */
const betweenWordsMs = 2_000;

/** The reply, or why there is none; `stay` while words are being said. */
export function settleLookup(turn: Turn, step: LookupStep, result: LookupResult): Onward {
  const { session } = turn;
  const looked =
    result.result === 'failed'
      ? { found: false as const, problem: result.problem }
      : readLookup(step, result.reply);
  if (!looked.found) return fail(turn, step, looked.problem);
  Object.assign(session.variables, looked.values);
  report(turn, { type: 'looked_up', step: step.id, problem: null });
  return leaveTo(turn, lookupStep.leave(turn.flow, step, session));
}

/** Nobody wants to know the result any more. */
export function abandonLookup(turn: Turn): void {
  const { lookup } = turn.session;
  if (lookup === null) return;
  if (lookup.settled === null) turn.commands.push({ type: 'abort_lookup', lookupId: lookup.lookupId });
  turn.session.lookup = null;
}

function giveUp(turn: Turn, step: LookupStep): Onward {
  abandonLookup(turn);
  return fail(turn, step, 'no reply within the time limit');
}

function fail(turn: Turn, step: LookupStep, problem: string): Onward {
  report(turn, { type: 'looked_up', step: step.id, problem });
  return leaveTo(turn, targetOf(turn.flow, step.id, step.otherwise));
}

function leaveTo(turn: Turn, goTo: string | null): Onward {
  const { session } = turn;
  if (session.lookup !== null && session.phase.phase === 'speaking') {
    session.lookup = { ...session.lookup, settled: { goTo } };
    return 'stay';
  }
  session.lookup = null;
  return { goTo };
}

function waitOn(turn: Turn, step: LookupStep, lookup: SessionLookup | null): Onward {
  const leftMs = (lookup?.until ?? 0) - turn.at;
  if (leftMs <= 0) return giveUp(turn, step);
  const limitMs = Math.min(betweenWordsMs, leftMs);
  listen(turn, { limitMs, mostMs: betweenWordsMs, purpose: 'lookup' });
  return 'stay';
}

function waitWords(turn: Turn, step: LookupStep): SpokenPart[] {
  return speak(waitSaying(step), voiceOf(turn.flow, turn.session));
}

function waitSaying(step: LookupStep) {
  return step.wait?.say ?? 'system.please_wait';
}
