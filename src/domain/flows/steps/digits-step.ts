import { digitParts } from '../../prompts/number-speech.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { durationMs, targetOf, type Flow } from '../compile-flow.ts';
import { isDigit } from '../keys.ts';
import { keys, type Key } from '../flow-definition.ts';
import { voiceOf } from '../flow-values.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { listen, reportKey, type Turn } from '../turn.ts';
import {
  answerQuestion,
  askQuestion,
  enterQuestion,
  giveUpExit,
  keepForQuestion,
  mustBeHeard,
  questionSayings,
  remind,
  waitForFirstKey,
} from './ask-question.ts';
import { isAcceptable } from './accept-digits.ts';
import type { DigitsStep } from './digits-definition.ts';

/**
 * Several digits are the answer. They are complete with the last that there can be, with the terminator, or when no key came for
 * `next_key_timeout`; then they may be read back and confirmed: 1 takes them, 2 asks anew.
 *
 * Every digit and the terminator belong to the step, and any key once something was typed. A lone key that is no answer acts as the flow's key
 * that it is: an age of 20 opts nobody out, a single 0 where no 0 can be meant does.
 */
export const digitsStep: StepBehaviour<DigitsStep> = {
  enter(turn, step) {
    turn.session.typed = [];
    return enterQuestion(turn, step);
  },
  ask(turn, step) {
    if (turn.session.confirming !== null) return confirm(turn, step);
    turn.session.typed = [];
    return askQuestion(turn, step, { ...question(turn, step), purpose: 'step' });
  },
  owns(turn, step, key) {
    if (turn.session.confirming !== null) return key === confirmKey || key === againKey;
    return isDigit(key) || key === step.terminator || turn.session.typed.length > 0;
  },
  takeKey(turn, step, key) {
    if (turn.session.confirming !== null) return takeConfirmation(turn, step, key);
    if (mustBeHeard(turn, step)) return keepForQuestion(turn, step, key);
    if (!isDigit(key) && key !== step.terminator) {
      reportKey(turn, key, 'wrong');
      return refuse(turn, step);
    }
    reportKey(turn, key, 'taken');
    if (key === step.terminator) return complete(turn, step);
    turn.session.typed.push(key);
    return turn.session.typed.length < step.max ? awaitNextKey(turn, step) : completeAtLast(turn, step);
  },
  promptEnded(turn, step) {
    if (turn.session.confirming !== null) {
      waitForFirstKey(turn, step, { purpose: 'confirm', answerMs: 0 });
      return 'stay';
    }
    if (turn.session.ahead.length > 0) return 'ask';
    waitForFirstKey(turn, step, { purpose: 'step', answerMs: answerMs(turn.flow, step) });
    return 'stay';
  },
  silence(turn, step) {
    if (turn.session.confirming !== null)
      return remind(turn, step, { ...confirmation(turn), cause: 'noInput' });
    if (turn.session.typed.length > 0) return complete(turn, step);
    return remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'noInput' });
  },
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  sayings: questionSayings,
  ownWords: (_flow, step, voice) => speak(step.say, voice),
  otherWords: (_flow, step, voice) => (step.confirm === true ? readBack(everyDigit, voice) : []),
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: true }, giveUpExit(step)],
};

/** What the built-in words of the confirmation say. */
export const confirmKey = '1';
export const againKey = '2';
const everyDigit = '0123456789';

function completeAtLast(turn: Turn, step: DigitsStep): Onward {
  const until = turn.at + nextKeyTimeoutMs(turn.flow, step);
  turn.session.lateTerminator = step.terminator === undefined ? null : { key: step.terminator, until };
  return complete(turn, step);
}

function complete(turn: Turn, step: DigitsStep): Onward {
  const { session, flow } = turn;
  const value = session.typed.join('');
  const lone = session.typed.length === 1 ? session.typed[0] : undefined;
  session.typed = [];
  if (!isAcceptable(step, value)) {
    const { repeat, opt_out: optOut } = flow.definition.keys ?? {};
    if (lone !== undefined && lone === optOut) return 'opt_out';
    if (lone !== undefined && lone === repeat) return 'ask';
    return refuse(turn, step);
  }
  if (step.confirm !== true) return answer(turn, step, value);
  session.confirming = value;
  return confirm(turn, step);
}

function refuse(turn: Turn, step: DigitsStep): Onward {
  turn.session.typed = [];
  return remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'invalid' });
}

function answer(turn: Turn, step: DigitsStep, value: string): Onward {
  turn.session.confirming = null;
  const key = value.length === 1 ? (keys.find((candidate) => candidate === value) ?? null) : null;
  const leave = (): string | null => digitsStep.leave(turn.flow, step, turn.session);
  return answerQuestion(turn, step, { value, key, correct: null, words: undefined, leave });
}

/** Reads the digits back. Keys from before are no confirmation. */
function confirm(turn: Turn, step: DigitsStep): Onward {
  turn.session.ahead = [];
  return askQuestion(turn, step, confirmation(turn));
}

function takeConfirmation(turn: Turn, step: DigitsStep, key: Key): Onward {
  const value = turn.session.confirming ?? '';
  if (key === confirmKey) {
    reportKey(turn, key, 'taken');
    return answer(turn, step, value);
  }
  if (key === againKey) {
    reportKey(turn, key, 'taken');
    turn.session.confirming = null;
    return 'ask';
  }
  reportKey(turn, key, 'wrong');
  return remind(turn, step, { ...confirmation(turn), cause: 'invalid' });
}

function confirmation(turn: Turn) {
  const voice = voiceOf(turn.flow, turn.session);
  return { parts: readBack(turn.session.confirming ?? '', voice), purpose: 'confirm', answerMs: 0 } as const;
}

function readBack(digits: string, voice: Voice): SpokenPart[] {
  return [
    ...speak('system.digits_entered', voice),
    ...digitParts(digits, voice),
    ...speak('system.confirm_digits', voice),
  ];
}

function question(turn: Turn, step: DigitsStep) {
  const parts = digitsStep.ownWords(turn.flow, step, voiceOf(turn.flow, turn.session));
  return { parts, answerMs: answerMs(turn.flow, step) };
}

function awaitNextKey(turn: Turn, step: DigitsStep): Onward {
  const { session } = turn;
  if (session.ahead.length > 0) return 'ask';
  const limitMs = nextKeyTimeoutMs(turn.flow, step);
  listen(turn, { limitMs, mostMs: limitMs * (step.max - session.typed.length), purpose: 'step' });
  return 'stay';
}

/** Longest time from the first key to the last. */
function answerMs(flow: Flow, step: DigitsStep): number {
  return nextKeyTimeoutMs(flow, step) * (step.max - 1);
}

function nextKeyTimeoutMs(flow: Flow, step: DigitsStep): number {
  return durationMs(step.next_key_timeout, flow.defaults.nextKeyTimeoutMs);
}
