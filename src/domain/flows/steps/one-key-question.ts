import type { SpokenPart } from '../../prompts/spoken-part.ts';
import type { AskingStep, Key } from '../flow-definition.ts';
import { voiceOf } from '../flow-values.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { reportKey, type Turn } from '../turn.ts';
import {
  askQuestion,
  enterQuestion,
  keepForQuestion,
  mustBeHeard,
  questionSayings,
  remind,
  waitForFirstKey,
} from './ask-question.ts';

/** What is particular to one type of question that a single key answers. */
export interface OneKeyQuestion<S extends AskingStep> extends Pick<
  StepBehaviour<S>,
  'ownWords' | 'otherWords' | 'leave' | 'exits'
> {
  /** What the key stands for; undefined for a key that is no answer. */
  meaningOf(turn: Turn, step: S, key: Key): (() => Onward) | undefined;
  /** Beside the question and the words about a missing or wrong key. */
  moreSayings?: StepBehaviour<S>['sayings'];
}

/** All that such questions have in common: asking, keys that are no answer, silence. */
export function oneKeyQuestion<S extends AskingStep>(question: OneKeyQuestion<S>): StepBehaviour<S> {
  const { ownWords, otherWords, leave, exits } = question;
  const words = (turn: Turn, step: S): { parts: SpokenPart[]; answerMs: number } => ({
    parts: ownWords(turn.flow, step, voiceOf(turn.flow, turn.session)),
    answerMs: 0,
  });
  return {
    ...{ ownWords, otherWords, leave, exits },
    enter: enterQuestion,
    ask: (turn, step) => askQuestion(turn, step, { ...words(turn, step), purpose: 'step' }),
    owns: (turn, step, key) => question.meaningOf(turn, step, key) !== undefined,
    takeKey(turn, step, key) {
      if (mustBeHeard(turn, step)) return keepForQuestion(turn, step, key);
      const take = question.meaningOf(turn, step, key);
      reportKey(turn, key, take === undefined ? 'wrong' : 'taken');
      return (
        take?.() ?? remind(turn, step, { ...words(turn, step), purpose: 'step_again', cause: 'invalid' })
      );
    },
    promptEnded(turn, step) {
      if (turn.session.ahead.length > 0) return 'ask';
      waitForFirstKey(turn, step, { purpose: 'step', answerMs: 0 });
      return 'stay';
    },
    silence: (turn, step) =>
      remind(turn, step, { ...words(turn, step), purpose: 'step_again', cause: 'noInput' }),
    sayings: (step) => [...questionSayings(step), ...(question.moreSayings?.(step) ?? [])],
  };
}
