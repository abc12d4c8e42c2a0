import type { Say } from '../../prompts/say.ts';
import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { durationMs, targetOf, type Flow } from '../compile-flow.ts';
import type { AskingStep, Key } from '../flow-definition.ts';
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
export function enterQuestion(turn: Turn, step: AskingStep): Onward {
  if (!takesKeysFromBefore(turn.flow, step)) turn.session.ahead = [];
  return 'ask';
}

/** Asks, and keeps the line open for as long as the answer may take. */
export function askQuestion(
  turn: Turn,
  step: AskingStep,
  prompt: { parts: SpokenPart[]; purpose: PromptPurpose; answerMs: number },
): Onward {
  const waitMs = firstKeyTimeoutMs(turn.flow, step) + prompt.answerMs;
  if (!say(turn, { ...prompt, waitMs })) waitForFirstKey(turn, step, prompt);
  return 'stay';
}

export function waitForFirstKey(
  turn: Turn,
  step: AskingStep,
  { purpose, answerMs }: { purpose: PromptPurpose; answerMs: number },
): void {
  const limitMs = firstKeyTimeoutMs(turn.flow, step);
  listen(turn, { limitMs, mostMs: limitMs + answerMs, purpose });
}

/** No key, or a wrong one: counted, then said again with words about it, until the tries are spent. */
export function remind(
  turn: Turn,
  step: AskingStep,
  reminder: {
    cause: 'noInput' | 'invalid';
    /** In place of the usual ones. */
    words?: Say;
    parts: SpokenPart[];
    purpose: PromptPurpose;
    answerMs: number;
  },
): Onward {
  const { session, flow } = turn;
  session.attempts[reminder.cause] += 1;
  session.ahead = [];
  const attempt = session.attempts.noInput + session.attempts.invalid;
  report(turn, { type: reminder.cause === 'noInput' ? 'no_input' : 'invalid_input', step: step.id, attempt });
  if (attempt >= (step.attempts ?? flow.defaults.attempts)) return giveUp(turn, step);
  const words = speak(reminder.words ?? reminderOf(step, reminder.cause), voiceOf(flow, session));
  return askQuestion(turn, step, { ...reminder, parts: [...words, ...reminder.parts] });
}

/** Takes the answer down and says what there is to say about it. */
export function answerQuestion(
  turn: Turn,
  step: AskingStep,
  answer: {
    value: string;
    key: Key | null;
    correct: boolean | null;
    words: Say | undefined;
    leave: () => string | null;
  },
): Onward {
  const { session, flow } = turn;
  const { words } = answer;
  recordAnswer(turn, step, answer);
  beQuiet(turn);
  const parts = words === undefined ? [] : speak(words, voiceOf(flow, session));
  return say(turn, { parts, purpose: 'after_response', waitMs: 0 }) ? 'stay' : { goTo: answer.leave() };
}

/** Keeps the answer, for the person who is there if somebody is known to be. */
export function recordAnswer(
  turn: Turn,
  step: AskingStep,
  answer: { value: string; key: Key | null; correct: boolean | null },
): void {
  const { session, flow, at } = turn;
  const { value, key, correct } = answer;
  const askedIn = step.type === 'consent' ? { askedIn: session.language } : {};
  const response = { value, key, givenOn: 'call' as const, at, correct, ...askedIn };
  const { person } = session;
  session.responses[step.id] = response;
  session.people = session.people.map((each) =>
    each.id === person ? { ...each, responses: { ...each.responses, [step.id]: response } } : each,
  );
  session.settled = true;
  if (flow.definition.complete_after === step.id) session.completionHeard = true;
  report(turn, { type: 'response_recorded', question: step.id, person, response });
}

/** A key that comes while a question without barge-in is spoken. */
export function keepForQuestion(turn: Turn, step: AskingStep, key: Key): Onward {
  if (takesKeysFromBefore(turn.flow, step)) keepAhead(turn, key);
  else ignoreKey(turn, key, 'the question takes no keys before it was spoken');
  return 'stay';
}

/** Whether the question's words must be heard to their end. */
export function mustBeHeard(turn: Turn, step: AskingStep): boolean {
  const { phase } = turn.session;
  return step.barge_in === false && phase.phase === 'speaking' && phase.purpose !== 'confirm';
}

export function questionSayings(step: AskingStep): Saying[] {
  return [
    ...(step.say === undefined ? [] : [{ pointer: '/say', say: step.say }]),
    { pointer: '/no_input/say', say: reminderOf(step, 'noInput') },
    { pointer: '/invalid/say', say: reminderOf(step, 'invalid') },
  ];
}

/** Giving up needs no key: somebody who is silent goes that way. */
export function giveUpExit(step: AskingStep): Exit {
  const target = giveUpTargetOf(step);
  if (step.type === 'person') return { pointer: '', target, needsKey: false };
  const pointer = step.type === 'consent' && step.give_up === undefined ? '/otherwise' : '/give_up';
  return { pointer, target, needsKey: false };
}

/** The answer that is on record, if any. */
export function responseTo(
  responses: Readonly<Record<string, { value: string; key: string | null }>>,
  step: AskingStep,
) {
  return ownValue(responses, step.id);
}

/** The question stays open, and the flow goes on. */
export function giveUp(turn: Turn, step: AskingStep): Onward {
  const { session } = turn;
  session.confirming = null;
  if (!session.givenUp.includes(step.id)) session.givenUp.push(step.id);
  report(turn, { type: 'given_up', question: step.id });
  return step.type === 'person'
    ? sayGoodbye(turn)
    : { goTo: targetOf(turn.flow, step.id, giveUpTargetOf(step)) };
}

/** Where the call ends by itself, and not by what its author wrote, nobody is left without a word. */
function sayGoodbye(turn: Turn): Onward {
  turn.session.settled = true;
  const parts = speak('system.goodbye', voiceOf(turn.flow, turn.session));
  return say(turn, { parts, purpose: 'after_response', waitMs: 0 }) ? 'stay' : { goTo: null };
}

/** Silence is no consent: it never goes on as a yes would. And nobody goes on unknown. */
function giveUpTargetOf(step: AskingStep): string | undefined {
  if (step.type === 'person') return 'end';
  return step.type === 'consent' ? (step.give_up ?? step.otherwise ?? 'end') : step.give_up;
}

export function reminderOf(step: AskingStep, cause: 'noInput' | 'invalid'): Say {
  if (cause === 'noInput')
    return (
      step.no_input?.say ??
      (step.type === 'voice_message' ? 'system.nothing_recorded' : 'system.please_press')
    );
  return step.invalid?.say ?? (step.type === 'digits' ? 'system.wrong_entry' : 'system.wrong_key');
}

function firstKeyTimeoutMs(flow: Flow, step: AskingStep): number {
  return durationMs(step.first_key_timeout, flow.defaults.firstKeyTimeoutMs);
}

function takesKeysFromBefore(flow: Flow, step: AskingStep): boolean {
  if (step.type === 'consent' || step.type === 'person' || step.type === 'voice_message') return false;
  return step.type_ahead ?? flow.defaults.typeAhead;
}
