import { wordsOf } from '../../prompts/built-in-words.ts';
import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf, type Flow } from '../compile-flow.ts';
import { voiceOf } from '../flow-values.ts';
import type { StepBehaviour } from '../step-behaviour.ts';
import { reportKey, type Turn } from '../turn.ts';
import {
  answerQuestion,
  askQuestion,
  enterQuestion,
  giveUpExit,
  keepForQuestion,
  mustBeHeard,
  questionSayings,
  remind,
  responseTo,
  waitForFirstKey,
} from './ask-question.ts';
import type { LanguageStep } from './language-definition.ts';
import { offersOf, type LanguageOffer } from './language-offers.ts';

/** So long that a listener notices where the next voice begins. */
const betweenVoices: SpokenPart = { kind: 'pause', durationMs: 300 };

/**
 * Each language is offered in its own voice, and all that follows is spoken in the one that was chosen, in later attempts too. Who chooses
 * none goes on in the language of the call; that leaves nothing unanswered.
 */
export const languageStep: StepBehaviour<LanguageStep> = {
  enter: enterQuestion,
  ask: (turn, step) => askQuestion(turn, step, { ...question(turn, step), purpose: 'step' }),
  owns: (turn, step, key) => offersIn(turn.flow, step).some((offer) => offer.key === key),
  takeKey(turn, step, key) {
    if (mustBeHeard(turn, step)) return keepForQuestion(turn, step, key);
    const offer = offersIn(turn.flow, step).find((each) => each.key === key);
    if (offer === undefined) {
      reportKey(turn, key, 'wrong');
      return remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'invalid' });
    }
    reportKey(turn, key, 'taken');
    const leave = (): string | null => languageStep.leave(turn.flow, step, turn.session);
    return answerQuestion(turn, step, { value: offer.language, key, correct: null, words: undefined, leave });
  },
  promptEnded(turn, step) {
    if (turn.session.ahead.length > 0) return 'ask';
    waitForFirstKey(turn, step, { purpose: 'step', answerMs: 0 });
    return 'stay';
  },
  silence: (turn, step) =>
    remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'noInput' }),
  leave(flow, step, knowledge) {
    const chosen = responseTo(knowledge.responses, step)?.value;
    if (chosen !== undefined) knowledge.language = chosen;
    return targetOf(flow, step.id, step.next);
  },
  sayings: questionSayings,
  ownWords: (flow, step, voice) => [
    ...(step.say === undefined ? [] : speak(step.say, voice)),
    ...offersIn(flow, step).flatMap((offer) => [betweenVoices, ...offerParts(flow, voice, offer)]),
  ],
  otherWords: () => [],
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: true }, giveUpExit(step)],
};

function offersIn(flow: Flow, step: LanguageStep): LanguageOffer[] {
  return offersOf(step, flow.definition.languages);
}

/** «हिन्दी के लिए 1 दबाइए।», spoken by a voice of that language. */
function offerParts(flow: Flow, voice: Voice, { key, language, label }: LanguageOffer): SpokenPart[] {
  if (label !== null) return [{ kind: 'text', language, text: label }];
  return speakBuiltIn(
    { ...voice, language, words: wordsOf(flow.words, language) },
    { say: 'system.choose_language', key },
  );
}

function question(turn: Turn, step: LanguageStep): { parts: SpokenPart[]; answerMs: number } {
  const voice: Voice = voiceOf(turn.flow, turn.session);
  return { parts: languageStep.ownWords(turn.flow, step, voice), answerMs: 0 };
}
