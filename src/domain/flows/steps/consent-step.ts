import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf } from '../compile-flow.ts';
import { answerQuestion, giveUpExit, responseTo } from './ask-question.ts';
import { consentAnswers } from './consent-answers.ts';
import type { ConsentStep } from './consent-definition.ts';
import { oneKeyQuestion } from './one-key-question.ts';

const beforeAnswers: SpokenPart = { kind: 'pause', durationMs: 300 };

/**
 * Only a key that was pressed after the question began to be spoken counts, and only key 1 is consent. The answer is kept with the language that
 * it was asked in.
 */
export const consentStep = oneKeyQuestion<ConsentStep>({
  meaningOf(turn, step, key) {
    const answer = consentAnswers.find((each) => each.key === key);
    if (answer === undefined) return undefined;
    const { value, words } = answer;
    const leave = (): string | null => consentStep.leave(turn.flow, step, turn.session);
    return () => answerQuestion(turn, step, { value, key, correct: null, words, leave });
  },
  leave: (flow, step, knowledge) =>
    targetOf(
      flow,
      step.id,
      responseTo(knowledge.responses, step)?.value === 'yes' ? step.next : (step.otherwise ?? 'end'),
    ),
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
});
