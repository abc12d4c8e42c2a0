import { wordsOf } from '../../prompts/built-in-words.ts';
import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf, type Flow } from '../compile-flow.ts';
import { answerQuestion, giveUpExit, responseTo } from './ask-question.ts';
import type { LanguageStep } from './language-definition.ts';
import { offersOf, type LanguageOffer } from './language-offers.ts';
import { oneKeyQuestion } from './one-key-question.ts';

/** So long that a listener notices where the next voice begins. */
const betweenVoices: SpokenPart = { kind: 'pause', durationMs: 300 };

/**
 * Each language is offered in its own voice, and all that follows is spoken in the one that was chosen, in later attempts too. Who chooses
 * none goes on in the language of the call; that leaves nothing unanswered.
 */
export const languageStep = oneKeyQuestion<LanguageStep>({
  meaningOf(turn, step, key) {
    const offer = offersIn(turn.flow, step).find((each) => each.key === key);
    if (offer === undefined) return undefined;
    const leave = (): string | null => languageStep.leave(turn.flow, step, turn.session);
    const answer = { value: offer.language, key, correct: null, words: undefined, leave };
    return () => answerQuestion(turn, step, answer);
  },
  leave(flow, step, knowledge) {
    const chosen = responseTo(knowledge.responses, step)?.value;
    if (chosen !== undefined) knowledge.language = chosen;
    return targetOf(flow, step.id, step.next);
  },
  ownWords: (flow, step, voice) => [
    ...(step.say === undefined ? [] : speak(step.say, voice)),
    ...offersIn(flow, step).flatMap((offer) => [betweenVoices, ...offerParts(flow, voice, offer)]),
  ],
  otherWords: () => [],
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: true }, giveUpExit(step)],
});

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
