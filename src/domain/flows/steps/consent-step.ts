import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf } from '../compile-flow.ts';
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
import { consentAnswers } from './consent-answers.ts';
import type { ConsentStep } from './consent-definition.ts';

const beforeAnswers: SpokenPart = { kind: 'pause', durationMs: 300 };

/**
 * Only a key that was pressed after the question began to be spoken counts, and only key 1 is consent. The answer is kept with the language that
 * it was asked in.
 */
export const consentStep: StepBehaviour<ConsentStep> = {
  enter: enterQuestion,
  ask: (turn, step) => askQuestion(turn, step, { ...question(turn, step), purpose: 'step' }),
  owns: (_turn, _step, key) => consentAnswers.some((answer) => answer.key === key),
  takeKey(turn, step, key) {
    if (mustBeHeard(turn, step)) return keepForQuestion(turn, step, key);
    const answer = consentAnswers.find((each) => each.key === key);
    if (answer === undefined) {
      reportKey(turn, key, 'wrong');
      return remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'invalid' });
    }
    reportKey(turn, key, 'taken');
    const { value, words } = answer;
    const leave = (): string | null => consentStep.leave(turn.flow, step, turn.session);
    return answerQuestion(turn, step, { value, key, correct: null, words, leave });
  },
  promptEnded(turn, step) {
    waitForFirstKey(turn, step, { purpose: 'step', answerMs: 0 });
    return 'stay';
  },
  silence: (turn, step) =>
    remind(turn, step, { ...question(turn, step), purpose: 'step_again', cause: 'noInput' }),
  leave: (flow, step, knowledge) =>
    targetOf(
      flow,
      step.id,
      responseTo(knowledge.responses, step)?.value === 'yes' ? step.next : (step.otherwise ?? 'end'),
    ),
  sayings: questionSayings,
  ownWords: (_flow, step, voice) => [
    ...speak(step.say, voice),
    beforeAnswers,
    ...speakBuiltIn(voice, { say: 'system.consent_options', yes_key: '1', no_key: '2', unsure_key: '3' }),
  ],
  otherWords: (_flow, _step, voice) => consentAnswers.flatMap(({ words }) => speak(words, voice)),
  exits: (step) => [
    { pointer: '/next', target: step.next, needsKey: true },
    { pointer: '/otherwise', target: step.otherwise ?? 'end', needsKey: true },
    giveUpExit(step),
  ],
};

function question(turn: Turn, step: ConsentStep): { parts: SpokenPart[]; answerMs: number } {
  return {
    parts: consentStep.ownWords(turn.flow, step, voiceOf(turn.flow, turn.session)),
    answerMs: 0,
  };
}
