import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import type { Voice } from '../../prompts/speak.ts';
import type { FlowSession } from '../flow-session.ts';
import { durationMs, targetOf, type Flow } from '../compile-flow.ts';
import { voiceOf } from '../flow-values.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { beQuiet, ignoreKey, listen, report, say, type Turn } from '../turn.ts';
import type { TransferResult, TransferTarget } from '../transfer.ts';
import type { TransferStep } from './transfer-definition.ts';

/**
 * Joins the person to somebody else.
 *
 *     ask ─► waiting (words, then words and music again and again) ─► joined ─► next
 *               └─ busy, nobody came, closed, failed ─► on_busy, on_no_answer, on_closed, otherwise
 *
 * While they wait, the opt-out key gives the transfer up; while they talk, keys are theirs. Who waits too long is told so by whoever joins
 * them; should that never come, the step notices it at the end of its words.
 */
export const transferStep: StepBehaviour<TransferStep> = {
  enter: () => 'ask',
  ask(turn, step) {
    if (turn.session.transfer === null) begin(turn, step);
    const parts = firstWords(step, voiceOf(turn.flow, turn.session));
    return say(turn, { parts, purpose: 'transfer', waitMs: 0 }) ? 'stay' : waitOn(turn, step);
  },
  owns: () => false,
  takeKey(turn, _step, key) {
    ignoreKey(turn, key, 'nothing is asked of the person now');
    return 'stay';
  },
  promptEnded: waitOn,
  silence: waitOn,
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  sayings: (step) => [
    { pointer: '/say', say: firstSaying(step) },
    ...(step.wait?.say === undefined ? [] : [{ pointer: '/wait/say', say: step.wait.say }]),
    ...(step.whisper === undefined ? [] : [{ pointer: '/whisper', say: step.whisper }]),
  ],
  ownWords: () => [],
  // Whether there are words to wait with may depend on values that nobody knows yet.
  otherWords: () => [music, betweenWords],
  exits: (step) => [
    { pointer: '/next', target: step.next, needsKey: false },
    { pointer: '/otherwise', target: step.otherwise, needsKey: false },
    ...waysOut.flatMap((field) =>
      step[field] === undefined ? [] : [{ pointer: `/${field}`, target: step[field], needsKey: false }],
    ),
  ],
};

const waysOut = ['on_busy', 'on_no_answer', 'on_closed'] as const;
const usualWaitMs = 45_000;
/** Of each agent of a queue: two of them within the usual wait. */
const usualRingTimeMs = 20_000;
/** Whoever joins them ends the wait; this is for when that is never told. */
const graceMs = 10_000;
const music: SpokenPart = { kind: 'music' };
const betweenWords: SpokenPart = { kind: 'pause', durationMs: 1_000 };
/** Where neither words nor music can be had. */
const silenceMs = 2_000;

/** They hear each other from now on. */
export function joinPerson(turn: Turn): void {
  const { transfer } = turn.session;
  if (transfer === null) return;
  beQuiet(turn);
  turn.session.transfer = { ...transfer, joinedAt: turn.at };
  turn.session.phase = { phase: 'joined', purpose: 'transfer' };
  report(turn, { type: 'transfer_joined', step: turn.session.step ?? '' });
}

/** It is over, and the person is still there. */
export function settleTransfer(turn: Turn, step: TransferStep, result: TransferResult): Onward {
  reportEnding(turn, step, result);
  return { goTo: targetOf(turn.flow, step.id, wayAfter(step, result)) };
}

/** Nobody wants to be joined any more: the person is gone, or does something else. */
export function abandonTransfer(turn: Turn, result: 'caller_hung_up' | 'abandoned'): void {
  const { transfer, step: id } = turn.session;
  const step = id === null ? undefined : turn.flow.steps.get(id);
  if (transfer === null || step?.type !== 'transfer') return;
  turn.commands.push({ type: 'end_transfer', transferId: transfer.transferId });
  reportEnding(turn, step, result);
}

/** What was wanted, made again from the session: whoever did so before is gone. */
export function transferWanted(flow: Flow, session: FlowSession): TransferTarget | null {
  const step = session.step === null ? undefined : flow.steps.get(session.step);
  if (session.transfer === null || step?.type !== 'transfer') return null;
  return targetOfStep(flow, session, step);
}

function targetOfStep(flow: Flow, session: FlowSession, step: TransferStep): TransferTarget {
  const whisper = step.whisper === undefined ? [] : speak(step.whisper, voiceOf(flow, session));
  return { to: step.to, ringTimeMs: ringTimeMsOf(step), hours: step.calling_hours ?? {}, whisper };
}

function ringTimeMsOf({ to, ring_time: ringTime }: TransferStep): number | null {
  if (ringTime === undefined && typeof to === 'string') return null;
  return durationMs(ringTime, usualRingTimeMs);
}

function begin(turn: Turn, step: TransferStep): void {
  const { session, flow, at } = turn;
  const maxWaitMs = durationMs(step.max_wait, usualWaitMs);
  session.lastTransfer += 1;
  const transferId = `transfer-${session.lastTransfer}`;
  session.transfer = { transferId, since: at, until: at + maxWaitMs, joinedAt: null };
  const wanted = targetOfStep(flow, session, step);
  turn.commands.push({ type: 'transfer', transferId, step: step.id, ...wanted, maxWaitMs });
  report(turn, { type: 'transfer_begun', step: step.id });
}

function waitOn(turn: Turn, step: TransferStep): Onward {
  const { session, flow, at } = turn;
  if (at >= (session.transfer?.until ?? 0) + graceMs) {
    turn.commands.push({ type: 'end_transfer', transferId: session.transfer?.transferId ?? '' });
    return settleTransfer(turn, step, 'no_answer');
  }
  const parts = waitWords(step, voiceOf(flow, session));
  if (!say(turn, { parts, purpose: 'transfer', waitMs: 0 }))
    listen(turn, { limitMs: silenceMs, mostMs: silenceMs, purpose: 'transfer' });
  return 'stay';
}

function reportEnding(turn: Turn, step: TransferStep, result: TransferResult): void {
  const { session, at } = turn;
  const { transfer } = session;
  if (transfer === null) return;
  const { transferId, since, joinedAt } = transfer;
  session.transfer = null;
  const waitedMs = Math.max(0, (joinedAt ?? at) - since);
  const talkedMs = joinedAt === null ? 0 : Math.max(0, at - joinedAt);
  const ending = { transferId, step: step.id, to: step.to, result, waitedMs, talkedMs, at };
  report(turn, { type: 'transfer_ended', ending });
}

function wayAfter(step: TransferStep, result: TransferResult): string | undefined {
  if (result === 'talked') return step.next;
  if (result === 'busy') return step.on_busy ?? step.otherwise;
  if (result === 'no_answer') return step.on_no_answer ?? step.otherwise;
  return result === 'closed' ? (step.on_closed ?? step.otherwise) : step.otherwise;
}

function firstSaying(step: TransferStep) {
  return step.say ?? 'system.transferring';
}

function firstWords(step: TransferStep, voice: Voice): SpokenPart[] {
  return speak(firstSaying(step), voice);
}

function waitWords(step: TransferStep, voice: Voice): SpokenPart[] {
  const { say: words, music: hasMusic = true } = step.wait ?? {};
  const spoken = words === undefined ? [] : speak(words, voice);
  if (hasMusic) return spoken.length === 0 ? [music] : [...spoken, betweenWords, music];
  return spoken.length === 0 ? [] : [...spoken, betweenWords];
}
