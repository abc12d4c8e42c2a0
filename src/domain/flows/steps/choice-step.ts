import { fillTemplate } from '../../prompts/template.ts';
import { speakBuiltIn } from '../../prompts/speak-built-in.ts';
import { speak, type Voice } from '../../prompts/speak.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { targetOf } from '../compile-flow.ts';
import { keys, type Key } from '../flow-definition.ts';
import type { Knowledge } from '../flow-values.ts';
import type { Exit, Onward, Saying } from '../step-behaviour.ts';
import type { Turn } from '../turn.ts';
import { answerQuestion, giveUpExit, responseTo } from './ask-question.ts';
import type { ChoiceOption, ChoiceStep } from './choice-definition.ts';
import { oneKeyQuestion } from './one-key-question.ts';

/** Between two options, so that the ear can tell them apart. */
const betweenOptions: SpokenPart = { kind: 'pause', durationMs: 300 };

/** One key is the answer. */
export const choiceStep = oneKeyQuestion<ChoiceStep>({
  meaningOf(turn, step, key) {
    const option = step.options[key];
    return option && (() => answer(turn, step, { key, option }));
  },
  leave: (flow, step, knowledge) => targetOf(flow, step.id, chosenOption(step, knowledge)?.next ?? step.next),
  moreSayings: (step) => [...labelSayings(step), ...answerSayings(step)],
  ownWords: (_flow, step, voice) => [...speak(step.say, voice), ...optionList(step, voice)],
  otherWords: () => [],
  exits: (step) => [...optionExits(step), giveUpExit(step)],
});

function answer(turn: Turn, step: ChoiceStep, { key, option }: { key: Key; option: ChoiceOption }): Onward {
  const correct = gradeOf(step, option.value);
  const words = correct === true ? step.on_correct?.say : correct === false ? step.on_wrong?.say : undefined;
  const leave = (): string | null => choiceStep.leave(turn.flow, step, turn.session);
  return answerQuestion(turn, step, { value: option.value, key, correct, words, leave });
}

/** Whether the answer is right; null where the question is no quiz question. */
export function gradeOf(step: ChoiceStep, value: string): boolean | null {
  return step.correct === undefined ? null : value === step.correct;
}

/** «For news, press 1», for every option that has a label; nothing where none has. */
function optionList(step: ChoiceStep, voice: Voice): SpokenPart[] {
  if (voice.words === null) return [];
  return keys.flatMap((key) => {
    const label = step.options[key]?.label?.[voice.language];
    if (label === undefined) return [];
    const speech = { say: 'system.for_label_press', label: labelText(label, voice), key } as const;
    return [betweenOptions, ...speakBuiltIn(voice, speech)];
  });
}

function labelText(label: string, voice: Voice): string {
  return fillTemplate(label, (name) => voice.valueOf(name));
}

function chosenOption(step: ChoiceStep, { responses }: Knowledge): ChoiceOption | undefined {
  const response = responseTo(responses, step);
  if (response === undefined) return undefined;
  const pressed = keys.find((key) => key === response.key);
  const byKey = pressed === undefined ? undefined : step.options[pressed];
  if (byKey?.value === response.value) return byKey;
  return Object.values(step.options).find((option) => option.value === response.value);
}

function labelSayings(step: ChoiceStep): Saying[] {
  return keys.flatMap((key) => {
    const label = step.options[key]?.label;
    return label === undefined ? [] : [{ pointer: `/options/${key}/label`, label }];
  });
}

function answerSayings(step: ChoiceStep): Saying[] {
  const { on_correct: onCorrect, on_wrong: onWrong } = step;
  return [
    ...(onCorrect ? [{ pointer: '/on_correct/say', say: onCorrect.say }] : []),
    ...(onWrong ? [{ pointer: '/on_wrong/say', say: onWrong.say }] : []),
  ];
}

function optionExits(step: ChoiceStep): Exit[] {
  return keys.flatMap((key) => {
    const option = step.options[key];
    if (option === undefined) return [];
    const pointer = option.next === undefined ? '/next' : `/options/${key}/next`;
    return [{ pointer, target: option.next ?? step.next, needsKey: true }];
  });
}
