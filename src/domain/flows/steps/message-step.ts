import { speak } from '../../prompts/speak.ts';
import { targetOf } from '../compile-flow.ts';
import { voiceOf } from '../flow-values.ts';
import type { Onward, StepBehaviour } from '../step-behaviour.ts';
import { beQuiet, keepAhead, reportKey, say, type Turn } from '../turn.ts';
import type { MessageStep } from './message-definition.ts';

/** Speaks and goes on. A key cuts it short and is used up by that, unless `barge_in` is false: then it is kept for the question that comes. */
export const messageStep: StepBehaviour<MessageStep> = {
  enter: (turn, step) => messageStep.ask(turn, step),
  ask(turn, step) {
    const parts = messageStep.ownWords(turn.flow, step, voiceOf(turn.flow, turn.session));
    return say(turn, { parts, purpose: 'step', waitMs: 0 }) ? 'stay' : goOn(turn, step);
  },
  owns: () => false,
  takeKey(turn, step, key) {
    if (step.barge_in === false) {
      keepAhead(turn, key);
      return 'stay';
    }
    reportKey(turn, key, 'cut_prompt');
    beQuiet(turn);
    return goOn(turn, step);
  },
  promptEnded: goOn,
  silence: goOn,
  leave: (flow, step) => targetOf(flow, step.id, step.next),
  sayings: (step) => [{ pointer: '/say', say: step.say }],
  ownWords: (_flow, step, voice) => speak(step.say, voice),
  otherWords: () => [],
  exits: (step) => [{ pointer: '/next', target: step.next, needsKey: false }],
};

function goOn(turn: Turn, step: MessageStep): Onward {
  return { goTo: targetOf(turn.flow, step.id, step.next) };
}
