import type { Say } from '../../prompts/say.ts';
import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { durationMs, targetOf, type Flow } from '../compile-flow.ts';
import type { Key, QuestionStep } from '../flow-definition.ts';
import type { PromptPurpose } from '../flow-session.ts';
import { voiceOf } from '../flow-values.ts';
import { ownValue } from '../own-value.ts';
import type { Exit, Onward, Saying } from '../step-behaviour.ts';
import { beQuiet, ignoreKey, keepAhead, listen, report, say, type Turn } from '../turn.ts';

/**
 * What every question does alike:
 *
 *     enter ─► ask ─► listen ─► answered ─► words about the answer ─► next
 *               ▲        │
 *               └ remind ┴─► given up ─► give_up

 */
export function enterQuestion(turn: Turn, step: QuestionStep): Onward {
  if (!takesKeysFromBefore(turn.flow, step)) turn.session.ahead = [];
  return 'ask';
}

/** Asks, and keeps the line open for as long as the answer may take. */
export function askQuestion(
  turn: Turn,
  step: QuestionStep,
  prompt: { parts: SpokenPart[]; purpose: PromptPurpose; answerMs: number },
): Onward {
  const waitMs = firstKeyTimeoutMs(turn.flow, step) + prompt.answerMs;
  if (!say(turn, { ...prompt, waitMs })) waitForFirstKey(turn, step, prompt);
  return 'stay';
}

export function waitForFirstKey(
  turn: Turn,
  step: QuestionStep,
  { purpose, answerMs }: { purpose: PromptPurpose; answerMs: number },
): void {
  const limitMs = firstKeyTimeoutMs(turn.flow, step);
  listen(turn, { limitMs, mostMs: limitMs + answerMs, purpose });
}

/** No key, or a wrong one: counted, then said again with words about it, until the tries are spent. */
export function remind(
  turn: Turn,
  step: QuestionStep,
  reminder: { cause: 'noInput' | 'invalid'; parts: SpokenPart[]; purpose: PromptPurpose; answerMs: number },
): Onward {
  const { session, flow } = turn;
  session.attempts[reminder.cause] += 1;
  session.ahead = [];
  const attempt = session.attempts.noInput + session.attempts.invalid;
  report(turn, { type: reminder.cause === 'noInput' ? 'no_input' : 'invalid_input', step: step.id, attempt });
  if (attempt >= (step.attempts ?? flow.defaults.attempts)) return giveUp(turn, step);
  const words = speak(reminderOf(step, reminder.cause), voiceOf(flow, session));
  return askQuestion(turn, step, { ...reminder, parts: [...words, ...reminder.parts] });
}

/** Takes the answer down and says what there is to say about it. */
export function answerQuestion(
  turn: Turn,
  step: QuestionStep,
  answer: {
    value: string;
    key: Key | null;
    correct: boolean | null;
    words: Say | undefined;
    leave: () => string | null;
  },
): Onward {
  const { session, flow, at } = turn;
  const { value, key, correct, words } = answer;
  const response = { value, key, givenOn: 'call' as const, at, correct };
  session.responses[step.id] = response;
  session.settled = true;
  if (flow.definition.complete_after === step.id) session.completionHeard = true;
  report(turn, { type: 'response_recorded', question: step.id, response });
  beQuiet(turn);
  const parts = words === undefined ? [] : speak(words, voiceOf(flow, session));
  return say(turn, { parts, purpose: 'after_response', waitMs: 0 }) ? 'stay' : { goTo: answer.leave() };
}

/** A key that comes while a question without barge-in is spoken. */
export function keepForQuestion(turn: Turn, step: QuestionStep, key: Key): Onward {
  if (takesKeysFromBefore(turn.flow, step)) keepAhead(turn, key);
  else ignoreKey(turn, key, 'the question takes no keys before it was spoken');
  return 'stay';
}

/** Whether the question's words must be heard to their end. */
export function mustBeHeard(turn: Turn, step: QuestionStep): boolean {
  const { phase } = turn.session;
  return step.barge_in === false && phase.phase === 'speaking' && phase.purpose !== 'confirm';
}

export function questionSayings(step: QuestionStep): Saying[] {
  return [
    { pointer: '/say', say: step.say },
    { pointer: '/no_input/say', say: reminderOf(step, 'noInput') },
    { pointer: '/invalid/say', say: reminderOf(step, 'invalid') },
  ];
}

/** Giving up needs no key: somebody who is silent goes that way. */
export function giveUpExit(step: QuestionStep): Exit {
  return { pointer: '/give_up', target: step.give_up, needsKey: false };
}

/** The answer that is on record, if any. */
export function responseTo(
  responses: Readonly<Record<string, { value: string; key: string | null }>>,
  step: QuestionStep,
) {
  return ownValue(responses, step.id);
}

function giveUp(turn: Turn, step: QuestionStep): Onward {
  const { session } = turn;
  session.confirming = null;
  if (!session.givenUp.includes(step.id)) session.givenUp.push(step.id);
  report(turn, { type: 'given_up', question: step.id });
  return { goTo: targetOf(turn.flow, step.id, step.give_up) };
}

function reminderOf(step: QuestionStep, cause: 'noInput' | 'invalid'): Say {
  if (cause === 'noInput') return step.no_input?.say ?? 'system.please_press';
  return step.invalid?.say ?? (step.type === 'digits' ? 'system.wrong_entry' : 'system.wrong_key');
}

function firstKeyTimeoutMs(flow: Flow, step: QuestionStep): number {
  return durationMs(step.first_key_timeout, flow.defaults.firstKeyTimeoutMs);
}

function takesKeysFromBefore(flow: Flow, step: QuestionStep): boolean {
  return step.type_ahead ?? flow.defaults.typeAhead;
}
