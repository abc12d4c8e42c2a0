import { digitParts } from '../../prompts/number-speech.ts';
import type { Say } from '../../prompts/say.ts';
import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { durationMs, targetOf } from '../compile-flow.ts';
import type { Key } from '../flow-definition.ts';
import type { RecordedMessage } from '../flow-session.ts';
import { voiceOf } from '../flow-values.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { beQuiet, ignoreKey, record, report, reportKey, say, type Turn } from '../turn.ts';
import {
  enterQuestion,
  giveUp,
  giveUpExit,
  mustBeHeard,
  recordAnswer,
  questionSayings,
  reminderOf,
  remind,
  waitForFirstKey,
} from './ask-question.ts';
import type { VoiceMessageStep } from './voice-message-definition.ts';

/**
 * The answer is what the person says after the beep.
 *
 *     ask ─► beep ─► recording ─► review ─► kept ─► reference number ─► next
 *      ▲               │            │
 *      └─ nothing said ┴─── anew ───┘
 *
 * What was said is kept when the person agrees, falls silent or hangs up; only who asks to record anew, or skips the question, gives it up.
 * A prompt for others is kept only when the person agrees: half a sentence is no prompt.
 */
export const voiceMessageStep: StepBehaviour<VoiceMessageStep> = {
  enter: enterQuestion,
  ask(turn, step) {
    if (turn.session.recorded !== null) return review(turn, step, []);
    say(turn, { parts: ownWords(turn, step), purpose: 'step', waitMs: 0 });
    return 'stay';
  },
  owns(turn, step, key) {
    if (key === stopKeyOf(step) || key === step.skip_key) return true;
    return turn.session.recorded !== null && reviewKeys.some((each) => each === key);
  },
  takeKey(turn, step, key) {
    if (key === step.skip_key) return skip(turn, step, key);
    if (turn.session.recorded !== null) return takeReviewKey(turn, step, key);
    if (turn.session.phase.phase === 'recording') return stopRecording(turn, step, key);
    return skipToBeep(turn, step, key);
  },
  promptEnded(turn, step) {
    if (turn.session.recorded !== null) {
      waitForFirstKey(turn, step, { purpose: 'confirm', answerMs: 0 });
      return 'stay';
    }
    turn.session.waitedForWordMs = 0;
    record(turn, limitsOf(step));
    report(turn, { type: 'recording_started', step: step.id });
    return 'stay';
  },
  silence(turn, step) {
    if (turn.session.recorded === null) return remindToSpeak(turn, step);
    return isPrompt(step) ? askAgain(turn, step, 'noInput') : keep(turn, step);
  },
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  sayings: questionSayings,
  ownWords: (_flow, step, voice) => [...speak(step.say, voice), ...instructions(step, voice), beep],
  otherWords: (_flow, step, voice) => [
    ...reviewWords(step, voice),
    ...everyThanks(step, voice),
    ...(step.kept_as_prompt === undefined ? [] : speak(tooLoud, voice)),
  ],
  // Noise on the line is taken for speech, so this needs no key.
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: false }, giveUpExit(step)],
};

/** What the built-in words of the review say. The stop key, pressed once more out of habit, keeps the message too. */
export const hearKey = '1';
export const againKey = '2';
export const keepKey = '3';
export const reviewKeys = [hearKey, againKey, keepKey] as const;

export const usualStopKey = '#';
const usualDurationMs = 60_000;
const usualSilenceMs = 4_000;
/** To think before the first word: twice the pause that ends a message. */
const firstWordMs = 8_000;
const tooLoud = 'system.recorded_too_loud';
const beep: SpokenPart = { kind: 'beep' };
const afterMessage: SpokenPart = { kind: 'pause', durationMs: 500 };
const withinNumber: SpokenPart = { kind: 'pause', durationMs: 300 };
const betweenReadings: SpokenPart = { kind: 'pause', durationMs: 800 };
/** Digits are remembered in two groups. */
const firstGroup = 3;

/** What became of a recording. `message`: what was said; null for nothing, or where it could not be recorded or used. */
export interface EndedRecording {
  message: RecordedMessage | null;
  isTooLoud: boolean;
}

export function endRecording(
  turn: Turn,
  step: VoiceMessageStep,
  { message, isTooLoud }: EndedRecording,
): Onward {
  const { session } = turn;
  if (isTooLoud) return remindToSpeak(turn, step, { words: tooLoud });
  if (message === null) return awaitFirstWord(turn, step);
  session.human = true;
  session.recorded = message;
  if (step.review === false) return keep(turn, step);
  return review(turn, step, step.play_back === true ? [playback(message), afterMessage] : []);
}

/**
 * The phone network counts silence from the beep on (measured with Asterisk), not from the last word: whoever has not begun yet is recorded
 * again, without a word to disturb them.
 */
function awaitFirstWord(turn: Turn, step: VoiceMessageStep): Onward {
  const { session } = turn;
  const limits = limitsOf(step);
  const waitedMs = (session.waitedForWordMs ?? firstWordMs) + limits.maxSilenceMs;
  if (waitedMs >= firstWordMs) return remindToSpeak(turn, step);
  session.waitedForWordMs = waitedMs;
  record(turn, limits);
  return 'stay';
}

function remindToSpeak(turn: Turn, step: VoiceMessageStep, reason: { words?: Say } = {}): Onward {
  const parts = ownWords(turn, step);
  return remind(turn, step, { cause: 'noInput', ...reason, parts, purpose: 'step_again', answerMs: 0 });
}

function limitsOf(step: VoiceMessageStep): { maxDurationMs: number; maxSilenceMs: number } {
  return {
    maxDurationMs: durationMs(step.max_duration, usualDurationMs),
    maxSilenceMs: durationMs(step.max_silence, usualSilenceMs),
  };
}

/** Makes what was recorded the answer, without a word: also of somebody who is gone, unless they had to agree. */
export function keepRecorded(turn: Turn, hasAgreed = false): void {
  const { session, at, flow } = turn;
  const { recorded } = session;
  const step = session.step === null ? undefined : flow.steps.get(session.step);
  if (recorded === null || step?.type !== 'voice_message') return;
  if (isPrompt(step) && !hasAgreed) return discard(turn, step);
  session.recorded = null;
  report(turn, { type: 'voice_message_recorded', question: step.id, message: recorded, at });
  recordAnswer(turn, step, { value: recorded.voiceMessage, key: null, correct: null });
}

function keep(turn: Turn, step: VoiceMessageStep): Onward {
  const { recorded } = turn.session;
  keepRecorded(turn, true);
  const parts = thanks(step, recorded?.referenceNumber ?? '', voiceOf(turn.flow, turn.session));
  const leave = { goTo: voiceMessageStep.leave(turn.flow, step, turn.session) };
  return say(turn, { parts, purpose: 'after_response', waitMs: 0 }) ? 'stay' : leave;
}

function stopRecording(turn: Turn, step: VoiceMessageStep, key: Key): Onward {
  const { phase } = turn.session;
  if (key !== stopKeyOf(step) || phase.phase !== 'recording') {
    ignoreKey(turn, key, 'the person is speaking');
    return 'stay';
  }
  reportKey(turn, key, 'taken');
  // who ends it without a word is not waiting for one
  delete turn.session.waitedForWordMs;
  turn.commands.push({ type: 'stop_recording', recordingId: phase.recordingId, keep: true });
  return 'stay';
}

/** Who knows the words already may go on to the beep. */
function skipToBeep(turn: Turn, step: VoiceMessageStep, key: Key): Onward {
  if (key !== stopKeyOf(step) || step.barge_in === false) {
    ignoreKey(turn, key, 'the question is answered by speaking');
    return 'stay';
  }
  reportKey(turn, key, 'cut_prompt');
  beQuiet(turn);
  say(turn, { parts: [beep], purpose: 'step_again', waitMs: 0 });
  return 'stay';
}

/** Whoever cannot or will not say it goes on to what comes next. */
function skip(turn: Turn, step: VoiceMessageStep, key: Key): Onward {
  if (mustBeHeard(turn, step)) {
    ignoreKey(turn, key, 'the question must be heard');
    return 'stay';
  }
  reportKey(turn, key, 'taken');
  beQuiet(turn);
  discard(turn, step);
  return giveUp(turn, step);
}

/** What was said is nobody's answer. */
function discard(turn: Turn, step: VoiceMessageStep): void {
  const { session } = turn;
  if (session.recorded === null) return;
  report(turn, { type: 'voice_message_discarded', question: step.id, message: session.recorded });
  session.recorded = null;
}

function takeReviewKey(turn: Turn, step: VoiceMessageStep, key: Key): Onward {
  const { session } = turn;
  const { recorded } = session;
  const isKept = key === keepKey || key === stopKeyOf(step);
  reportKey(turn, key, isKept || key === hearKey || key === againKey ? 'taken' : 'wrong');
  if (isKept || recorded === null) return keep(turn, step);
  if (key === hearKey) return review(turn, step, [playback(recorded), afterMessage]);
  if (key !== againKey) return askAgain(turn, step, 'invalid');
  discard(turn, step);
  return 'ask';
}

/** A wrong key loses nobody's message: when the tries are spent, it is kept, and only a prompt is given up. */
function askAgain(turn: Turn, step: VoiceMessageStep, cause: 'noInput' | 'invalid'): Onward {
  const { session, flow } = turn;
  session.attempts[cause] += 1;
  const attempt = session.attempts[cause];
  report(turn, { type: cause === 'invalid' ? 'invalid_input' : 'no_input', step: step.id, attempt });
  if (attempt >= (step.attempts ?? flow.defaults.attempts)) {
    if (!isPrompt(step)) return keep(turn, step);
    discard(turn, step);
    return giveUp(turn, step);
  }
  const words = cause === 'invalid' ? speak(reminderOf(step, cause), voiceOf(flow, session)) : [];
  return review(turn, step, words);
}

function isPrompt(step: VoiceMessageStep): boolean {
  return step.kept_as_prompt !== undefined;
}

/** Keys from before are no agreement. */
function review(turn: Turn, step: VoiceMessageStep, first: SpokenPart[]): Onward {
  const { session, flow } = turn;
  session.ahead = [];
  const parts = [...first, ...reviewWords(step, voiceOf(flow, session))];
  const waitMs = durationMs(step.first_key_timeout, flow.defaults.firstKeyTimeoutMs);
  if (!say(turn, { parts, purpose: 'confirm', waitMs })) return keep(turn, step);
  return 'stay';
}

function playback({ recordingId, durationMs: lastsMs }: RecordedMessage): SpokenPart {
  return { kind: 'own_words', recordingId, durationMs: lastsMs };
}

function ownWords(turn: Turn, step: VoiceMessageStep): SpokenPart[] {
  return voiceMessageStep.ownWords(turn.flow, step, voiceOf(turn.flow, turn.session));
}

function instructions(step: VoiceMessageStep, voice: Voice): SpokenPart[] {
  return [
    ...speakBuiltIn(voice, { say: 'system.record_after_beep' }),
    ...speakBuiltIn(voice, { say: 'system.record_stop_key', key: stopKeyOf(step) }),
    ...(step.skip_key === undefined
      ? []
      : speakBuiltIn(voice, { say: 'system.record_skip_key', key: step.skip_key })),
  ];
}

function reviewWords(step: VoiceMessageStep, voice: Voice): SpokenPart[] {
  if (step.review === false) return [];
  const words = speakBuiltIn(voice, {
    say: 'system.record_review',
    hear_key: hearKey,
    again_key: againKey,
    keep_key: keepKey,
  });
  return words;
}

function thanks(step: VoiceMessageStep, referenceNumber: string, voice: Voice): SpokenPart[] {
  const recorded = speakBuiltIn(voice, { say: 'system.recorded' });
  if (step.read_reference === false) return recorded;
  const number = [
    ...digitParts(referenceNumber.slice(0, firstGroup), voice),
    withinNumber,
    ...digitParts(referenceNumber.slice(firstGroup), voice),
  ];
  const is = speakBuiltIn(voice, { say: 'system.reference_number_is' });
  return [...recorded, ...is, ...number, betweenReadings, ...number];
}

function everyThanks(step: VoiceMessageStep, voice: Voice): SpokenPart[] {
  return [...thanks(step, '0123456789', voice), afterMessage];
}

function stopKeyOf(step: VoiceMessageStep): Key {
  return step.stop_key ?? usualStopKey;
}
